// What every chart has: a title and what it means, a drawing whose height depends on its width only, its numbers as a table, and both as
// files.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { saveBlob, saveFile, toCsv, type Table } from "../csv.ts";
import { Numbers } from "../parts/numbers.tsx";
import type { Theme } from "./theme.ts";

export interface ChartProps {
  testid: string;
  title: string;
  /** One or two sentences: what is drawn and how to read it. */
  meaning: string;
  height: number | ((width: number) => number);
  /** What changes the drawing: between the words and the drawing. */
  tools?: ComponentChildren;
  fileName: string;
  theme: Theme;
  /** Null while there is nothing to draw: then `empty` is said instead. */
  draw: ((width: number) => SVGElement | HTMLElement) | null;
  empty: string;
  table: () => Table;
  /** The drawing holds links, which a picture would hide from whoever listens to the page. */
  hasLinks?: boolean;
}

function useWidth(): [{ current: HTMLDivElement | null }, number] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const box = ref.current;
    if (box === null) return;
    setWidth(Math.floor(box.clientWidth));
    const observer = new ResizeObserver(() => setWidth(Math.floor(box.clientWidth)));
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}

/** The drawing as a file of its own: its colours are plain values already, its font is the system's. */
function svgText(drawing: Element, theme: Theme): string {
  const copy = drawing.cloneNode(true) as Element;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const own = (copy.getAttribute("style") ?? "").replaceAll('"', "'");
  copy.setAttribute("style", `${own};background:${theme.surface};color:${theme.text};font-family:${theme.font.replaceAll('"', "'")}`);
  return new XMLSerializer().serializeToString(copy);
}

const PNG_SCALE = 2;

/** The same drawing as pixels, two for each of the page's. */
async function pngOf(drawing: SVGSVGElement, theme: Theme): Promise<Blob | null> {
  const picture = new Image();
  const url = URL.createObjectURL(new Blob([svgText(drawing, theme)], { type: "image/svg+xml" }));
  try {
    picture.src = url;
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = drawing.clientWidth * PNG_SCALE;
    canvas.height = drawing.clientHeight * PNG_SCALE;
    const pen = canvas.getContext("2d");
    if (pen === null) return null;
    pen.fillStyle = theme.surface;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(url);
  }
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

  async function savePng(): Promise<void> {
    const drawing = holder.current?.querySelector("svg");
    const png = drawing ? await pngOf(drawing, theme) : null;
    if (png !== null) saveBlob(`${props.fileName}.png`, png);
  }

  const height = typeof props.height === "number" ? props.height : props.height(width);
  return (
    <figure class="card chart" data-testid={props.testid}>
      <div class="chart-head">
        <div>
          <h2>{props.title}</h2>
          <p>{props.meaning}</p>
        </div>
        <div class="chart-saves">
          <SaveButton file="CSV" title={props.title} testid={`${props.testid}-csv`} isDisabled={isEmpty}
            onSave={() => saveFile(`${props.fileName}.csv`, "text/csv", toCsv(props.table()))} />
          <SaveButton file="SVG" title={props.title} testid={`${props.testid}-svg`} isDisabled={isEmpty} onSave={saveSvg} />
          <SaveButton file="PNG" title={props.title} testid={`${props.testid}-png`} isDisabled={isEmpty} onSave={() => void savePng()} />
        </div>
      </div>
      {props.tools}
      <div ref={canvas} class="chart-canvas" style={{ height: `${height}px` }}>
        <div ref={holder} role={props.hasLinks === true ? "group" : "img"} aria-label={`${props.title}. ${props.meaning} The numbers are in the table below.`} />
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
