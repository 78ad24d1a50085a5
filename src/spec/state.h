// SPDX-License-Identifier: MIT
/*
 * A judge's state as rows of numbers: no pointers, the same for every judge, so that states compare.
 *
 * Containers, domains and objects are named by the handle that first made them: c0 for the container opened
 * as c0, n1 for the domain that group n1 brought, f0 for a memfd, m0 for the anonymous memory of region m0.
 */
#ifndef VSIM_SPEC_STATE_H
#define VSIM_SPEC_STATE_H

#include "spec.h"

enum vsim_state_kind {
    /* Shared: the model and the oracle both keep them, and their digests must agree after each step. */

    /* owner c; a: type (0 unset, 1 v1, 2 v2, 8 noiommu), b: free slots, c: page sizes, d: groups. */
    VSIM_STATE_CONTAINER,
    /* owner c; first, last: a valid iova range. */
    VSIM_STATE_RANGE,
    /* owner c; first, last; a: vaddr, b: prot | invalid << 8 | in a domain << 9, c: pages charged. */
    VSIM_STATE_MAPPING,
    /* owner p; a: locked_vm in pages; no row while it is 0. */
    VSIM_STATE_LOCKED,

    /* Only for looking at: the model's structures, for pictures and for the kernel's own observations. */

    /* owner c; a: group handle n, b: domain handle, c: kind of group. */
    VSIM_STATE_GROUP,
    /* owner c; first, last: of the mapping; a: first of the left child, b: of the right one,
     * c: red 1, has a left child 2, a right one 4, is the root 8. */
    VSIM_STATE_TREE_NODE,
    /* owner: the domain; first, last; a: object handle, b: offset in it, c: prot. */
    VSIM_STATE_TRANSLATION,
    /* owner p; first, last: virtual; a: region handle, b: object handle, c: offset in it, d: prot. */
    VSIM_STATE_REGION,
    /* owner: the object; a: bytes, b: kind (1 anonymous, 2 memfd, 3 hugetlb, 4 MMIO), c: pinned pages. */
    VSIM_STATE_OBJECT,
    VSIM_N_STATES
};

struct vsim_state_row {
    enum vsim_state_kind kind;
    vsim_handle owner;
    uint64_t first;
    uint64_t last;
    uint64_t a;
    uint64_t b;
    uint64_t c;
    uint64_t d;
};

static inline bool vsim_state_is_shared(enum vsim_state_kind kind)
{
    return kind <= VSIM_STATE_LOCKED;
}

/* The digest of a row; a state's digest is the sum of those of its shared rows, so that a change costs two
 * hashes. */
uint64_t vsim_spec_state_digest(const struct vsim_state_row *row);

/* For qsort and g_array_sort: by kind, owner, first, a. */
int vsim_spec_state_compare(const void *left, const void *right);

#endif
