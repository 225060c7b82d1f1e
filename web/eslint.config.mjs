import js from "@eslint/js";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["node_modules/", ".test-build/", "build.mjs", "eslint.config.mjs"] },
  js.configs.recommended,
  ...ts.configs.strict,
  {
    files: ["**/*.ts", "**/*.tsx"],
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
);
