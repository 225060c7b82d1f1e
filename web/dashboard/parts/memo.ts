// A component that is drawn again only when one of its properties is another value than before.

import { Component, h, type ComponentChild, type FunctionComponent } from "preact";

export function memo<Props extends object>(Inner: FunctionComponent<Props>): FunctionComponent<Props> {
  class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const keys = new Set([...Object.keys(next), ...Object.keys(this.props)]) as Set<keyof Props>;
      return [...keys].some((key) => next[key] !== (this.props as Readonly<Props>)[key]);
    }
    override render(): ComponentChild {
      return h(Inner, this.props);
    }
  }
  return Memo as unknown as FunctionComponent<Props>;
}
