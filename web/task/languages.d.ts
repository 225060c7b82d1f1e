// Made by build.mjs out of the files texts.<tag>.json: a language is added by adding a file.
declare module "dinolab:languages" {
  export const tables: Readonly<Record<string, Readonly<Record<string, string | Readonly<Record<string, string>>>>>>;
}
