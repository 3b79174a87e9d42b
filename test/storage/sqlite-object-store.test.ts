import { openSqliteObjectStore } from "../../local/simulated-members/sqlite-object-store.js";
import { objectStoreContract } from "../support/object-store-contract.js";

objectStoreContract("the SQLite store of simulated members", async () => {
  const store = openSqliteObjectStore(":memory:");
  return { store, close: async () => store.close() };
});
