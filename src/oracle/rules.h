// SPDX-License-Identifier: MIT
/*
 * The shape of the specification: one predicate a RULE row, which says whether the rule decides the op at
 * hand.
 *
 *     PREDICATE(VFIO_IOMMU_MAP_DMA, NO_OVERLAP) { ... return true when the row's sentence holds ... }
 *
 * The errno, the order and the dialects of a rule are its row's. A predicate may look at the state and at
 * oracle->at; it fills the witness for the row's sentence, and where the specification leaves the answer open
 * it sets oracle->at.undecided. A row without a predicate does not link.
 */
#ifndef VSIM_ORACLE_RULES_H
#define VSIM_ORACLE_RULES_H

#include "state.h"

typedef bool vsim_oracle_predicate(struct vsim_oracle *oracle, const struct vsim_op *op,
                                   struct vsim_witness *witness);

#define RULE(id, name, error, spec_id, when, sentence, source) vsim_oracle_predicate rule_##id##_##name;
#include "tables.def"

#define PREDICATE(id, name)                                                                                  \
    bool rule_##id##_##name(struct vsim_oracle *oracle G_GNUC_UNUSED,                                        \
                            const struct vsim_op *op G_GNUC_UNUSED,                                          \
                            struct vsim_witness *witness G_GNUC_UNUSED)

/* The value of a field of the op at hand. */
#define VALUE(id, field)      (op->value[VSIM_FIELD_##id##_##field])
#define FLAG_IS_SET(id, name) ((VALUE(id, flags) & VSIM_FLAG_##id##_##name) != 0)

/*
 * What success brings (the out fields of the allowed outcomes), and what it changes. Both come after the
 * predicates. An effect is also asked for a success that was observed though no rule allows it, and then does
 * what it can.
 */
typedef void vsim_oracle_answer(struct vsim_oracle *oracle, const struct vsim_op *op,
                                struct vsim_allowed *allowed);
typedef void vsim_oracle_effect(struct vsim_oracle *oracle, const struct vsim_op *op,
                                const struct vsim_outcome *observed);

/* Found by name as the predicates are; most have none (see allow.c). */
vsim_oracle_answer vsim_oracle_answer_check_extension, vsim_oracle_answer_get_info,
    vsim_oracle_answer_unmap_dma, vsim_oracle_answer_get_status, vsim_oracle_answer_status,
    vsim_oracle_answer_load, vsim_oracle_answer_dma;
vsim_oracle_effect vsim_oracle_effect_open, vsim_oracle_effect_close, vsim_oracle_effect_dup,
    vsim_oracle_effect_pass, vsim_oracle_effect_cloexec, vsim_oracle_effect_memfd, vsim_oracle_effect_mmap,
    vsim_oracle_effect_munmap, vsim_oracle_effect_mprotect, vsim_oracle_effect_mremap,
    vsim_oracle_effect_madvise, vsim_oracle_effect_mlock, vsim_oracle_effect_store, vsim_oracle_effect_fork,
    vsim_oracle_effect_exec, vsim_oracle_effect_exit, vsim_oracle_effect_setrlimit, vsim_oracle_effect_setcap,
    vsim_oracle_effect_param, vsim_oracle_effect_dma, vsim_oracle_effect_set_iommu,
    vsim_oracle_effect_set_container, vsim_oracle_effect_unset_container, vsim_oracle_effect_get_device_fd,
    vsim_oracle_effect_map_dma, vsim_oracle_effect_unmap_dma, vsim_oracle_failed_attach,
    vsim_oracle_failed_map_dma, vsim_oracle_failed_unmap_dma;

/* The rules of a step for the group in oracle->at.joining and the view in oracle->at.view. */
enum vsim_rule_id vsim_oracle_refusal(struct vsim_oracle *oracle, const struct vsim_op *op,
                                      enum vsim_op_id of, struct vsim_witness *witness);

/* The groups that the op attaches, newest first: the i-th, or NULL. */
struct vsim_oracle_group *vsim_oracle_joins(const struct vsim_oracle *oracle, const struct vsim_op *op,
                                            guint i);

/* Arguments in the process' memory; see argument.c. */
const struct vsim_op *vsim_oracle_argument(struct vsim_oracle *oracle, const struct vsim_op *op);
bool vsim_oracle_argument_readable(const struct vsim_oracle *oracle, const struct vsim_op *op);
bool vsim_oracle_argument_writable(const struct vsim_oracle *oracle, const struct vsim_op *op,
                                   uint64_t offset, uint64_t length_bytes);
void vsim_oracle_argument_store(struct vsim_oracle *oracle, const struct vsim_op *op);
void vsim_oracle_answer_store(struct vsim_oracle *oracle, const struct vsim_op *op,
                              const struct vsim_outcome *observed);

/* The checks that every call on a type1 container begins with. */
bool vsim_oracle_backend_unset(const struct vsim_oracle *oracle);
bool vsim_oracle_backend_is_noiommu(const struct vsim_oracle *oracle);

/* What type1 answers to CHECK_EXTENSION while unset; also which types SET_IOMMU knows. */
bool vsim_oracle_type1_claims(const struct vsim_oracle *oracle, uint64_t extension);

/* Judge the pages that a new mapping, or the replay of all mappings into a new domain, would pin. */
const struct vsim_oracle_pinning *vsim_oracle_pinning(struct vsim_oracle *oracle, const struct vsim_op *op);
/* The pages of the range, and how many count; false when one fails. Pinning then makes those that are not
 * there. */
bool vsim_oracle_pin_runs(struct vsim_oracle *oracle, const struct vsim_oracle_mm *mm, struct vsim_range from,
                          uint64_t prot, GArray *runs, uint64_t *n_accountable);
void vsim_oracle_pin_touch(const struct vsim_oracle *oracle, const struct vsim_oracle_mm *mm,
                           struct vsim_range from, uint64_t prot);
/* What a pinning that failed has made of the range. */
void vsim_oracle_pin_leftovers(const struct vsim_oracle *oracle, struct vsim_range from, uint64_t prot);

/* The bytes in oracle->pieces as `fill` or `digest`. */
void vsim_oracle_tell_bytes(const struct vsim_oracle *oracle, struct vsim_outcome *outcome,
                            unsigned fill_field, unsigned digest_field);

/* Hazards of the outcome that comes first. */
unsigned vsim_oracle_hazards(struct vsim_oracle *oracle, const struct vsim_op *op);

/* The engine. */
void vsim_oracle_allow(struct vsim_oracle *oracle, const struct vsim_op *op, struct vsim_allowed *allowed);
void vsim_oracle_follow(struct vsim_oracle *oracle, const struct vsim_op *op,
                        const struct vsim_outcome *observed);
void vsim_oracle_plan(struct vsim_oracle *oracle);
bool vsim_oracle_invariants(struct vsim_oracle *oracle, GString *why);

#endif
