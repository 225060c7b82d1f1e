// What every chart has: a title and what it means, a drawing of a fixed height, its numbers as a table, and both as files.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { saveFile, toCsv, type Table } from "../csv.ts";
import { Numbers } from "../parts/numbers.tsx";
import type { Theme } from "./theme.ts";

export interface ChartProps {
  testid: string;
  title: string;
  /** One or two sentences: what is drawn and how to read it. */
  meaning: string;
  height: number;
  fileName: string;
  theme: Theme;
  /** Null while there is nothing to draw: then `empty` is said instead. */
  draw: ((width: number) => SVGElement | HTMLElement) | null;
  empty: string;
  table: () => Table;
}

function useWidth(): [{ current: HTMLDivElement | null }, number] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const box = ref.current;
    if (box === null) return;
    const observer = new ResizeObserver(() => setWidth(Math.floor(box.clientWidth)));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

function svgText(drawing: Element, theme: Theme): string {
  const copy = drawing.cloneNode(true) as Element;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("style", `background:${theme.surface};color:${theme.text};font-family:${theme.font.replaceAll('"', "'")}`);
  return new XMLSerializer().serializeToString(copy);
}

export function Chart(props: ChartProps) {
  const { draw, theme } = props;
  const [canvas, width] = useWidth();
  const holder = useRef<HTMLDivElement>(null);
  const isEmpty = draw === null;

  useLayoutEffect(() => {
    if (draw === null || width === 0) holder.current?.replaceChildren();
    else holder.current?.replaceChildren(draw(width));
  }, [draw, width]);

  function saveSvg(): void {
    const drawing = holder.current?.querySelector("svg");
    if (drawing) saveFile(`${props.fileName}.svg`, "image/svg+xml", svgText(drawing, theme));
  }

  return (
    <figure class="card" data-testid={props.testid}>
      <div class="chart-head">
        <div>
          <h2>{props.title}</h2>
          <p>{props.meaning}</p>
        </div>
        <div class="chart-saves">
          <SaveButton file="CSV" title={props.title} testid={`${props.testid}-csv`} isDisabled={isEmpty}
            onSave={() => saveFile(`${props.fileName}.csv`, "text/csv", toCsv(props.table()))} />
          <SaveButton file="SVG" title={props.title} testid={`${props.testid}-svg`} isDisabled={isEmpty} onSave={saveSvg} />
        </div>
      </div>
      <div ref={canvas} class="chart-canvas" style={{ height: `${props.height}px` }}>
        <div ref={holder} role="img" aria-label={`${props.title}. ${props.meaning} The numbers are in the table below.`} />
        {isEmpty && <p class="chart-empty">{props.empty}</p>}
      </div>
      <Numbers table={props.table} caption={`${props.title}: numbers`} testid={`${props.testid}-numbers`} />
    </figure>
  );
}

function SaveButton(props: { file: string; title: string; testid: string; isDisabled: boolean; onSave: () => void }) {
  return (
    <button type="button" class="button quiet small" data-testid={props.testid} disabled={props.isDisabled}
      aria-label={`Save ${props.title} as ${props.file}`} onClick={props.onSave}>
      {props.file}
    </button>
  );
}
