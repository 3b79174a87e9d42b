import { app } from "@azure/functions";
import "./http.js";

app.setup({ enableHttpStream: true });
