import { playDocument } from "./play-document.js";

playDocument({ document: "S1", scope: "namespace" });
