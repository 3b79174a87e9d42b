/** The storage account did not answer in time, or not sensibly: the same call may work later, and may have worked. */
export class StorageUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StorageUnavailable";
  }
}
