/** Source: "Performing entity group transactions", requirements: 100 entities, 4 MiB. */
export const MAX_TRANSACTION_ROWS = 100;

/** Leaves room for the headers of each part and for quotes, which double in size. */
export const MAX_TRANSACTION_BYTES = 2_500_000;
