// Matrices of made-up representations: rows are pictures, columns are features mixed from the task's dimensions, from properties that
// the representations of a family share, and from noise of their own. Seeded: the same plan gives the same bytes everywhere.
import { readFileSync, writeFileSync } from "node:fs";
import type { RepresentationPlan } from "./representation_table.ts";

const SHARED_PROPERTIES = 12;
/** Of what does not come from the task: the part that the family shares. The rest is noise. */
const SHARED_SHARE = 0.6;

export interface Matrix { rowCount: number; columnCount: number; values: Float64Array }

/** splitmix32; two of its numbers make a standard normal one. */
export function normalNumbers(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    mixed ^= mixed >>> 15;
    return ((mixed >>> 0) + 0.5) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** FNV-1a. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** A matrix of doubles in C order, as `dinolab demo-material` writes them. */
export function readMatrix(file: string): Matrix {
  const bytes = readFileSync(file);
  const headerLength = bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, 10 + headerLength);
  const shape = /'descr': '<f8', 'fortran_order': False, 'shape': \((\d+), (\d+)\)/.exec(header);
  if (shape === null) throw new Error(`${file} is no matrix of doubles: ${header}`);
  const [rowCount, columnCount] = [Number(shape[1]), Number(shape[2])];
  const start = bytes.byteOffset + 10 + headerLength;
  return { rowCount, columnCount, values: new Float64Array(bytes.buffer.slice(start, start + rowCount * columnCount * 8)) };
}

function standardised(matrix: Matrix): Matrix {
  const values = Float64Array.from(matrix.values);
  for (let column = 0; column < matrix.columnCount; column++) {
    let sum = 0, squares = 0;
    for (let row = 0; row < matrix.rowCount; row++) sum += values[row * matrix.columnCount + column] ?? 0;
    const mean = sum / matrix.rowCount;
    for (let row = 0; row < matrix.rowCount; row++) squares += ((values[row * matrix.columnCount + column] ?? 0) - mean) ** 2;
    const deviation = Math.sqrt(squares / matrix.rowCount) || 1;
    for (let row = 0; row < matrix.rowCount; row++) {
      const at = row * matrix.columnCount + column;
      values[at] = ((values[at] ?? 0) - mean) / deviation;
    }
  }
  return { ...matrix, values };
}

function normalMatrix(rowCount: number, columnCount: number, seed: number): Matrix {
  const next = normalNumbers(seed);
  return { rowCount, columnCount, values: Float64Array.from({ length: rowCount * columnCount }, next) };
}

export class MatrixMaker {
  private readonly task: Matrix;

  constructor(taskFile: string, private readonly seed: number) { this.task = standardised(readMatrix(taskFile)); }

  make(plan: RepresentationPlan): Matrix {
    const { rowCount, columnCount: taskColumns } = this.task;
    const shared = normalMatrix(rowCount, SHARED_PROPERTIES, this.seed ^ hashOf(plan.family));
    const next = normalNumbers(this.seed ^ hashOf(plan.name));
    const taskScale = Math.sqrt(plan.taskShare / taskColumns);
    const sharedScale = Math.sqrt(((1 - plan.taskShare) * SHARED_SHARE) / SHARED_PROPERTIES);
    const noiseScale = Math.sqrt((1 - plan.taskShare) * (1 - SHARED_SHARE));
    const values = new Float64Array(rowCount * plan.columnCount);
    for (let column = 0; column < plan.columnCount; column++) {
      const taskWeights = Array.from({ length: taskColumns }, () => taskScale * next());
      const sharedWeights = Array.from({ length: SHARED_PROPERTIES }, () => sharedScale * next());
      for (let row = 0; row < rowCount; row++) {
        let value = noiseScale * next();
        for (let i = 0; i < taskColumns; i++) value += (taskWeights[i] ?? 0) * (this.task.values[row * taskColumns + i] ?? 0);
        for (let i = 0; i < SHARED_PROPERTIES; i++) value += (sharedWeights[i] ?? 0) * (shared.values[row * SHARED_PROPERTIES + i] ?? 0);
        values[row * plan.columnCount + column] = value;
      }
    }
    return { rowCount, columnCount: plan.columnCount, values };
  }
}

/** .npy, version 1.0, single precision. */
export function writeMatrix(file: string, matrix: Matrix): void {
  const shape = `{'descr': '<f4', 'fortran_order': False, 'shape': (${String(matrix.rowCount)}, ${String(matrix.columnCount)}), }`;
  const header = `${shape.padEnd(117)}\n`;
  const start = Buffer.alloc(10);
  start.write("\x93NUMPY\x01\x00", "latin1");
  start.writeUInt16LE(header.length, 8);
  writeFileSync(file, Buffer.concat([start, Buffer.from(header, "latin1"), Buffer.from(Float32Array.from(matrix.values).buffer)]));
}
