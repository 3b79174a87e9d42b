import { playDocument } from "./play-document.js";

playDocument({ document: "S3", scope: "cluster" });
