import { playDocument } from "./play-document.js";

playDocument({ document: "S0", scope: "cluster" });
