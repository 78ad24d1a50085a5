// SPDX-License-Identifier: MIT
/*
 * The engine: ask the rules of an op in table order, say what is allowed, and follow what came.
 *
 * Nothing here knows a rule. Errno and order are the rows'; conditions are the predicates'; what success
 * tells and changes are the answers and effects that the two arrays below find by op.
 */
#include "rules.h"

static vsim_oracle_predicate *const predicates[VSIM_N_RULES] = {
#define RULE(id, name, error, spec_id, when, sentence, source) [VSIM_RULE_##id##_##name] = rule_##id##_##name,
#include "tables.def"
};

static vsim_oracle_answer *const answers[VSIM_N_OPS] = {
    [VSIM_OP_VFIO_CHECK_EXTENSION] = vsim_oracle_answer_check_extension,
    [VSIM_OP_VFIO_IOMMU_GET_INFO] = vsim_oracle_answer_get_info,
    [VSIM_OP_VFIO_IOMMU_UNMAP_DMA] = vsim_oracle_answer_unmap_dma,
    [VSIM_OP_VFIO_GROUP_GET_STATUS] = vsim_oracle_answer_get_status,
    [VSIM_OP_STATUS] = vsim_oracle_answer_status,
    [VSIM_OP_LOAD] = vsim_oracle_answer_load,
    [VSIM_OP_DMA_READ] = vsim_oracle_answer_dma,
    [VSIM_OP_DMA_WRITE] = vsim_oracle_answer_dma,
};

static vsim_oracle_effect *const effects[VSIM_N_OPS] = {
    [VSIM_OP_PARAM] = vsim_oracle_effect_param,
    [VSIM_OP_OPEN] = vsim_oracle_effect_open,
    [VSIM_OP_CLOSE] = vsim_oracle_effect_close,
    [VSIM_OP_DUP] = vsim_oracle_effect_dup,
    [VSIM_OP_PASS] = vsim_oracle_effect_pass,
    [VSIM_OP_CLOEXEC] = vsim_oracle_effect_cloexec,
    [VSIM_OP_MEMFD] = vsim_oracle_effect_memfd,
    [VSIM_OP_MMAP] = vsim_oracle_effect_mmap,
    [VSIM_OP_MUNMAP] = vsim_oracle_effect_munmap,
    [VSIM_OP_MPROTECT] = vsim_oracle_effect_mprotect,
    [VSIM_OP_MREMAP] = vsim_oracle_effect_mremap,
    [VSIM_OP_MADVISE] = vsim_oracle_effect_madvise,
    [VSIM_OP_MLOCK] = vsim_oracle_effect_mlock,
    [VSIM_OP_STORE] = vsim_oracle_effect_store,
    [VSIM_OP_FORK] = vsim_oracle_effect_fork,
    [VSIM_OP_EXEC] = vsim_oracle_effect_exec,
    [VSIM_OP_EXIT] = vsim_oracle_effect_exit,
    [VSIM_OP_SETRLIMIT] = vsim_oracle_effect_setrlimit,
    [VSIM_OP_SETCAP] = vsim_oracle_effect_setcap,
    [VSIM_OP_DMA_READ] = vsim_oracle_effect_dma,
    [VSIM_OP_DMA_WRITE] = vsim_oracle_effect_dma,
    [VSIM_OP_VFIO_SET_IOMMU] = vsim_oracle_effect_set_iommu,
    [VSIM_OP_VFIO_GROUP_SET_CONTAINER] = vsim_oracle_effect_set_container,
    [VSIM_OP_VFIO_GROUP_UNSET_CONTAINER] = vsim_oracle_effect_unset_container,
    [VSIM_OP_VFIO_GROUP_GET_DEVICE_FD] = vsim_oracle_effect_get_device_fd,
    [VSIM_OP_VFIO_IOMMU_MAP_DMA] = vsim_oracle_effect_map_dma,
    [VSIM_OP_VFIO_IOMMU_UNMAP_DMA] = vsim_oracle_effect_unmap_dma,
};

/* What a refused call changes nevertheless (T1-INV-08); asked only when the refusal is the one foreseen. */
static vsim_oracle_effect *const failures[VSIM_N_OPS] = {
    [VSIM_OP_MPROTECT] = vsim_oracle_effect_mprotect,
    [VSIM_OP_MADVISE] = vsim_oracle_effect_madvise,
    [VSIM_OP_MLOCK] = vsim_oracle_effect_mlock,
    [VSIM_OP_DMA_WRITE] = vsim_oracle_effect_dma,
    [VSIM_OP_VFIO_GROUP_SET_CONTAINER] = vsim_oracle_failed_attach,
    [VSIM_OP_VFIO_IOMMU_MAP_DMA] = vsim_oracle_failed_map_dma,
    [VSIM_OP_VFIO_IOMMU_UNMAP_DMA] = vsim_oracle_failed_unmap_dma,
};

void vsim_oracle_plan(struct vsim_oracle *oracle)
{
    unsigned n = 0;

    for (unsigned id = 0; id < VSIM_N_OPS; id++) {
        const struct vsim_op_row *row = &vsim_spec_ops[id];
        const enum vsim_rule_id end = id == VSIM_OP_NONE ? VSIM_RULE_NONE : vsim_spec_rules_end(row);

        for (int success = 0; success < 2; success++) {
            if (success)
                oracle->plan_of[id].successes = (uint16_t)n;
            else
                oracle->plan_of[id].refusals = (uint16_t)n;
            for (enum vsim_rule_id rule = row->first_rule; rule < end; rule++) {
                const bool includes = vsim_spec_rules[rule].includes != VSIM_OP_NONE;

                if (vsim_spec_rule_applies(rule, oracle->dialect) &&
                    (includes || (vsim_spec_rules[rule].error == 0) == (success == 1)))
                    oracle->plan[n++] = rule;
            }
        }
        oracle->plan_of[id].end = (uint16_t)n;
    }
}

static bool fires(struct vsim_oracle *oracle, const struct vsim_op *op, enum vsim_rule_id rule,
                  struct vsim_witness *witness)
{
    if (!predicates[rule](oracle, op, witness))
        return false;
    oracle->fired[rule]++;
    return true;
}

/* Each group that the op would attach, newest first, each on what the one before left. */
static enum vsim_rule_id attach_refusal(struct vsim_oracle *oracle, const struct vsim_op *op,
                                        struct vsim_witness *witness)
{
    struct vsim_oracle_case *at = &oracle->at;

    vsim_oracle_view_copy(&at->view, &at->container->view);
    if (!vsim_oracle_container_is_type1(at->container))
        vsim_oracle_view_reset(&at->view, oracle->memory.page_bytes);
    for (guint i = 0;; i++) {
        struct vsim_oracle_group *group = vsim_oracle_joins(oracle, op, i);
        enum vsim_rule_id rule;

        if (!group)
            return VSIM_RULE_NONE;
        if (i > 0)
            vsim_oracle_view_copy(&at->view, &at->next_view);
        at->joining = group;
        at->pinning.known = false;
        vsim_oracle_view_copy(&at->next_view, &at->view);
        if (group->iommu)
            vsim_oracle_view_join(&at->next_view, group->iommu, oracle->memory.page_bytes);
        rule = vsim_oracle_refusal(oracle, op, VSIM_OP_ATTACH, witness);
        if (rule != VSIM_RULE_NONE)
            return rule;
    }
}

enum vsim_rule_id vsim_oracle_refusal(struct vsim_oracle *oracle, const struct vsim_op *op,
                                      enum vsim_op_id of, struct vsim_witness *witness)
{
    for (unsigned i = oracle->plan_of[of].refusals; i < oracle->plan_of[of].successes; i++) {
        const enum vsim_rule_id rule = oracle->plan[i];
        const enum vsim_op_id step = vsim_spec_rules[rule].includes;
        enum vsim_rule_id inner = VSIM_RULE_NONE;

        if (step == VSIM_OP_ATTACH)
            inner = attach_refusal(oracle, op, witness);
        else if (step != VSIM_OP_NONE)
            inner = vsim_oracle_refusal(oracle, op, step, witness);
        else if (fires(oracle, op, rule, witness))
            inner = rule;
        if (inner != VSIM_RULE_NONE)
            return inner;
    }
    return VSIM_RULE_NONE;
}

/* The first rule of success that fires; with `probe`, the others are asked too. */
static enum vsim_rule_id explanation(struct vsim_oracle *oracle, const struct vsim_op *op, enum vsim_op_id of,
                                     struct vsim_witness *witness)
{
    enum vsim_rule_id found = VSIM_RULE_NONE;

    for (unsigned i = oracle->plan_of[of].successes; i < oracle->plan_of[of].end; i++) {
        const enum vsim_rule_id rule = oracle->plan[i];
        const enum vsim_op_id step = vsim_spec_rules[rule].includes;
        struct vsim_witness unused = {0};
        struct vsim_witness *into = found == VSIM_RULE_NONE ? witness : &unused;
        enum vsim_rule_id inner = VSIM_RULE_NONE;

        if (step != VSIM_OP_NONE)
            inner = explanation(oracle, op, step, into);
        else if (fires(oracle, op, rule, into))
            inner = rule;
        if (found == VSIM_RULE_NONE)
            found = inner;
        if (found != VSIM_RULE_NONE && !oracle->probe)
            break;
    }
    return found;
}

/* An ioctl by number that has a row for this kind of file: the row's rules, its argument only an address. */
static const struct vsim_op *by_number(struct vsim_oracle *oracle, const struct vsim_op *op)
{
    struct vsim_op *effective = &oracle->at.effective;
    const enum vsim_op_id id =
        vsim_spec_find_ioctl(oracle->at.file->kind, (uint32_t)op->value[VSIM_FIELD_IOCTL_request]);
    const struct vsim_op_row *row = &vsim_spec_ops[id];

    if (id == VSIM_OP_NONE)
        return op;
    *effective = *op;
    effective->id = id;
    effective->argument = VSIM_ARGUMENT_BARE;
    for (unsigned i = 0; i < row->n_fields; i++) {
        effective->base[i] = 0;
        effective->value[i] = row->fields[i].direction == VSIM_DIRECTION_VALUE ? op->argument_address : 0;
    }
    return effective;
}

static void begin_ioctl(struct vsim_oracle *oracle, const struct vsim_op *op)
{
    struct vsim_oracle_case *at = &oracle->at;
    const struct vsim_oracle_fd *fd = vsim_oracle_fd(at->process, op->target);

    if (!fd) {
        at->rules = VSIM_OP_IOCTL;
        return;
    }
    at->file = fd->file;
    if (op->id == VSIM_OP_IOCTL)
        op = by_number(oracle, op);
    at->rules =
        op->id == VSIM_OP_IOCTL || vsim_spec_ops[op->id].target != fd->file->kind ? VSIM_OP_IOCTL : op->id;
    at->op = at->rules == VSIM_OP_IOCTL ? op : vsim_oracle_argument(oracle, op);
    at->group = fd->file->group;
    at->container = fd->file->kind == VSIM_FD_CONTAINER ? fd->file->container : NULL;
    if (fd->file->kind == VSIM_FD_GROUP)
        at->container = at->group->container;
    if (at->rules == VSIM_OP_VFIO_GROUP_SET_CONTAINER) {
        const struct vsim_oracle_fd *named =
            vsim_oracle_fd(at->process, at->op->base[VSIM_FIELD_VFIO_GROUP_SET_CONTAINER_container]);

        at->container = named ? named->file->container : NULL;
    }
}

static void begin_device(struct vsim_oracle *oracle, const struct vsim_op *op)
{
    struct vsim_oracle_case *at = &oracle->at;

    at->device = vsim_oracle_device(oracle, op->subject);
    at->undecided = !at->device;
    at->group = at->device ? at->device->group : NULL;
    at->container = at->group ? at->group->container : NULL;
}

/* Who does what to what. */
static void begin(struct vsim_oracle *oracle, const struct vsim_op *op)
{
    const struct vsim_op_row *row = &vsim_spec_ops[op->id];
    struct vsim_oracle_case *at = &oracle->at;

    at->judged = true;
    at->op = op;
    at->rules = op->id;
    at->fields_observed = op->id != VSIM_OP_IOCTL;
    at->process = NULL;
    at->file = NULL;
    at->container = NULL;
    at->group = NULL;
    at->device = NULL;
    at->undecided = false;
    at->alternative_error = 0;
    at->rule = VSIM_RULE_NONE;
    at->joining = NULL;
    at->pinning.known = false;
    at->selection.known = false;
    at->dma_known = false;
    if (row->subject == VSIM_SUBJECT_DEVICE)
        begin_device(oracle, op);
    if (row->subject != VSIM_SUBJECT_PROCESS)
        return;
    at->process = vsim_oracle_process(oracle, op->subject);
    at->undecided = !at->process || !at->process->alive;
    if (!at->undecided && row->kind == VSIM_KIND_IOCTL)
        begin_ioctl(oracle, op);
}

/* Calls about which nothing is said once the container is in an undefined zone. */
static bool is_lost(const struct vsim_oracle *oracle)
{
    switch (oracle->at.rules) {
    case VSIM_OP_VFIO_IOMMU_MAP_DMA:
    case VSIM_OP_VFIO_IOMMU_UNMAP_DMA:
    case VSIM_OP_VFIO_IOMMU_GET_INFO:
    case VSIM_OP_VFIO_GROUP_SET_CONTAINER:
    case VSIM_OP_DMA_READ:
    case VSIM_OP_DMA_WRITE:
        return oracle->at.container && oracle->at.container->undefined;
    default:
        return false;
    }
}

static void allow_refusal(struct vsim_oracle *oracle, struct vsim_allowed *allowed)
{
    const enum vsim_rule_id rule = oracle->at.rule;

    allowed->one[0].outcome.error = vsim_spec_rules[rule].error;
    allowed->one[0].outcome.value = -1;
    if (oracle->at.alternative_error != 0) {
        allowed->n = 2;
        allowed->one[1] = allowed->one[0];
        allowed->one[1].outcome.error = oracle->at.alternative_error;
    }
}

void vsim_oracle_allow(struct vsim_oracle *oracle, const struct vsim_op *op, struct vsim_allowed *allowed)
{
    struct vsim_oracle_case *at = &oracle->at;
    struct vsim_outcome *first = &allowed->one[0].outcome;
    bool refused;

    begin(oracle, op);
    allowed->undecided = at->undecided || is_lost(oracle);
    allowed->n = 0;
    allowed->hazards = 0;
    if (allowed->undecided)
        return;
    at->rule = vsim_oracle_refusal(oracle, at->op, at->rules, &allowed->one[0].witness);
    refused = at->rule != VSIM_RULE_NONE;
    if (!refused && !at->undecided)
        at->rule = explanation(oracle, at->op, at->rules, &allowed->one[0].witness);
    if (at->undecided ||
        (at->rule == VSIM_RULE_NONE && vsim_spec_ops[at->rules].subject != VSIM_SUBJECT_WORLD)) {
        allowed->undecided = true;
        return;
    }
    allowed->n = 1;
    allowed->one[0].rule = at->rule;
    *first = (struct vsim_outcome){.value_given = true};
    if (refused)
        allow_refusal(oracle, allowed);
    if (answers[at->rules] && (!refused || vsim_spec_ops[op->id].subject == VSIM_SUBJECT_DEVICE))
        answers[at->rules](oracle, at->op, allowed);
    if (at->op->argument != VSIM_ARGUMENT_DEFAULT)
        at->answer = *first;
    if (op->id == VSIM_OP_IOCTL) {
        first->given = 0;
        first->tail_given = false;
    }
    allowed->hazards = vsim_oracle_hazards(oracle, at->op);
    if (at->undecided) {
        allowed->undecided = true;
        allowed->n = 0;
    }
}

void vsim_oracle_follow(struct vsim_oracle *oracle, const struct vsim_op *op,
                        const struct vsim_outcome *observed)
{
    struct vsim_oracle_case *at = &oracle->at;
    vsim_oracle_effect *effect;

    if (!at->judged)
        vsim_oracle_allow(oracle, op, &oracle->allowed);
    at->judged = false;
    if (vsim_spec_ops[op->id].subject == VSIM_SUBJECT_PROCESS && (!at->process || !at->process->alive))
        return;
    if (vsim_spec_ops[op->id].subject == VSIM_SUBJECT_DEVICE && !at->device)
        return;
    vsim_oracle_argument_store(oracle, op);
    effect = observed->error == 0 ? effects[at->rules] : failures[at->rules];
    if (observed->error != 0 &&
        (at->rule == VSIM_RULE_NONE || observed->error != vsim_spec_rules[at->rule].error))
        return;
    if (effect)
        effect(oracle, at->op, observed);
    if (at->process)
        vsim_oracle_answer_store(oracle, at->op, observed);
}
