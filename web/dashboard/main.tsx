import { render } from "preact";
import "./css/tokens.css";
import "./css/parts.css";
import "./css/controls.css";
import "./css/pages.css";
import "./css/project.css";
import "./css/system.css";
import "./css/participant.css";
import "./css/representations.css";
import "./css/study_form.css";
import "./css/import.css";
import "./css/stimulus_set.css";
import "./css/people.css";
import "./css/phone.css";
import { App } from "./app.tsx";

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
