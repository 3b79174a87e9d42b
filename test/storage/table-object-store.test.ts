import { inject } from "vitest";
import { connectStorage } from "../../src/storage/connect-storage.js";
import { objectStoreContract } from "../support/object-store-contract.js";
import { freshPrefix } from "../support/table-prefix.js";

objectStoreContract("the table store", async () => {
  const storage = connectStorage({
    kind: "connectionString",
    connectionString: inject("azurite"),
    prefix: freshPrefix(),
  });
  await storage.prepare();
  return { store: storage.objects, close: async () => storage.close() };
});
