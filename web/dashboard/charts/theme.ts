// The design system's colours as plain values, for drawings that must look the same in a saved file.

import { useEffect, useState } from "preact/hooks";

export interface Theme {
  surface: string;
  text: string;
  muted: string;
  line: string;
  context: string;
  accent: string;
  /** Ground of what is empty. */
  sunk: string;
  right: string;
  wrong: string;
  tie: string;
  /** One colour per slot: a model that stands out has the same one in every chart, and its name beside it. */
  series: readonly string[];
  font: string;
}

export const SERIES_COUNT = 6;

function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  return {
    surface: value("--surface"),
    text: value("--text"),
    muted: value("--text-muted"),
    line: value("--line"),
    context: value("--context"),
    accent: value("--accent"),
    sunk: value("--surface-sunk"),
    right: value("--right"),
    wrong: value("--wrong"),
    tie: value("--tie"),
    series: Array.from({ length: SERIES_COUNT }, (_, slot) => value(`--series-${slot + 1}`)),
    font: value("--font"),
  };
}

export function useTheme(): Theme {
  const [theme, setTheme] = useState(readTheme);
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const onChange = (): void => setTheme(readTheme());
    dark.addEventListener("change", onChange);
    return () => dark.removeEventListener("change", onChange);
  }, []);
  return theme;
}
