// SPDX-License-Identifier: MIT
#include "bytes.h"

#include <glib.h>
#include <string.h>

void vsim_sim_bytes_begin(struct vsim_sim_bytes *bytes)
{
    bytes->n_bytes = 0;
    bytes->byte = 0;
    bytes->mixed = false;
    bytes->too_long = false;
}

static void digest_run(struct vsim_sim_bytes *bytes, uint8_t byte, uint64_t length_bytes)
{
    uint8_t chunk[4096];

    memset(chunk, byte, sizeof chunk);
    for (uint64_t n; length_bytes > 0; length_bytes -= n) {
        n = MIN(length_bytes, sizeof chunk);
        XXH3_64bits_update(&bytes->state, chunk, n);
    }
}

static void add_run(struct vsim_sim_bytes *bytes, uint8_t byte, uint64_t length_bytes)
{
    if (bytes->n_bytes == 0)
        bytes->byte = byte;
    if (!bytes->mixed && bytes->byte != byte) {
        bytes->mixed = true;
        bytes->too_long = bytes->n_bytes > VSIM_SIM_LONGEST_DIGEST_BYTES;
        XXH3_64bits_reset(&bytes->state);
        if (!bytes->too_long)
            digest_run(bytes, bytes->byte, bytes->n_bytes);
    }
    bytes->n_bytes += length_bytes;
    bytes->too_long = bytes->mixed && (bytes->too_long || bytes->n_bytes > VSIM_SIM_LONGEST_DIGEST_BYTES);
    if (bytes->mixed && !bytes->too_long)
        digest_run(bytes, byte, length_bytes);
}

void vsim_sim_bytes_add(struct vsim_sim_bytes *bytes, const struct vsim_sim_object *object, uint64_t offset,
                        uint64_t length_bytes)
{
    for (uint64_t n; length_bytes > 0; offset += n, length_bytes -= n) {
        uint8_t byte;

        n = length_bytes;
        byte = vsim_sim_object_read(object, offset, &n);
        add_run(bytes, byte, n);
    }
}

void vsim_sim_bytes_answer(struct vsim_sim_bytes *bytes, struct vsim_outcome *outcome, unsigned fill_field,
                           unsigned digest_field)
{
    if (bytes->n_bytes == 0 || bytes->too_long)
        return;
    if (bytes->mixed)
        vsim_outcome_set(outcome, digest_field, XXH3_64bits_digest(&bytes->state));
    else
        vsim_outcome_set(outcome, fill_field, bytes->byte);
}
