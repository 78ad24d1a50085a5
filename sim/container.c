// SPDX-License-Identifier: MIT
#include "container.h"

#include "argument.h"
#include "digest.h"
#include "file.h"
#include "group.h"
#include "type1.h"

struct vsim_sim_container *vsim_sim_container_new(struct vsim_sim *sim, vsim_handle name)
{
    struct vsim_sim_container *container = g_new0(struct vsim_sim_container, 1);

    container->name = name;
    container->file_open = true;
    container->next = sim->containers;
    if (sim->containers)
        sim->containers->prev = container;
    sim->containers = container;
    vsim_sim_digest_container(sim, container);
    return container;
}

static void free_container(struct vsim_sim *sim, struct vsim_sim_container *container)
{
    vsim_sim_digest_drop(sim, &container->digest);
    vsim_sim_digest_drop(sim, &container->ranges_digest);
    if (container->next)
        container->next->prev = container->prev;
    if (container->prev)
        container->prev->next = container->next;
    else
        sim->containers = container->next;
    g_free(container);
}

void vsim_sim_container_release(struct vsim_sim *sim, struct vsim_sim_container *container)
{
    container->file_open = false;
    if (container->n_groups == 0)
        free_container(sim, container);
}

void vsim_sim_container_free_all(struct vsim_sim *sim)
{
    struct vsim_sim_container *next;

    for (struct vsim_sim_container *container = sim->containers; container; container = next) {
        next = container->next;
        if (container->type1)
            vsim_sim_type1_free(sim, container->type1);
        g_free(container);
    }
    sim->containers = NULL;
}

static bool is_noiommu(const struct vsim_sim_container *container)
{
    return container->groups && container->groups->world->kind == VSIM_GROUP_KIND_noiommu;
}

bool vsim_sim_container_would_mix(const struct vsim_sim_container *container,
                                  const struct vsim_sim_group *group)
{
    return container->groups && is_noiommu(container) != (group->world->kind == VSIM_GROUP_KIND_noiommu);
}

struct vsim_sim_refusal vsim_sim_container_join(struct vsim_sim *sim, struct vsim_sim_container *container,
                                                struct vsim_sim_group *group, struct vsim_sim_process *caller)
{
    struct vsim_sim_refusal refusal = vsim_sim_refusal_none();

    if (container->type1)
        refusal = vsim_sim_type1_attach(sim, container->type1, group, caller);
    if (vsim_sim_refused(&refusal))
        return refusal;
    group->container = container;
    group->next = container->groups;
    container->groups = group;
    container->n_groups++;
    vsim_sim_digest_container(sim, container);
    return refusal;
}

static void unlink_group(struct vsim_sim_container *container, struct vsim_sim_group *group)
{
    struct vsim_sim_group **link = &container->groups;

    while (*link != group)
        link = &(*link)->next;
    *link = group->next;
    group->next = NULL;
    group->container = NULL;
    container->n_groups--;
}

enum vsim_rule_id vsim_sim_container_leave(struct vsim_sim *sim, struct vsim_sim_group *group)
{
    struct vsim_sim_container *const container = group->container;
    enum vsim_rule_id rule = VSIM_RULE_NONE;

    if (container->type1)
        rule = vsim_sim_type1_detach(sim, container->type1, group);
    unlink_group(container, group);
    if (container->n_groups == 0 && container->type1) {
        vsim_sim_type1_free(sim, container->type1);
        container->type1 = NULL;
        rule = VSIM_RULE_DETACH_LAST_GROUP;
    }
    if (container->n_groups == 0)
        container->noiommu_active = false;
    if (container->n_groups == 0 && !container->file_open) {
        free_container(sim, container);
        return rule;
    }
    vsim_sim_digest_container(sim, container);
    vsim_sim_digest_ranges(sim, container);
    return rule;
}

void vsim_sim_vfio_get_api_version(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    (void)sim;
    vsim_sim_succeed(call, VSIM_RULE_VFIO_GET_API_VERSION_VERSION, 0);
}

static bool all_coherent(const struct vsim_sim_type1 *type1)
{
    for (const struct vsim_sim_domain *domain = type1->domains; domain; domain = domain->next)
        if (!domain->iommu->coherent)
            return false;
    return true;
}

/* T1-EXT-03. No object: it is asked before SET_IOMMU. */
static int64_t type1_answer(const struct vsim_sim *sim, const struct vsim_sim_type1 *type1,
                            uint64_t extension)
{
    switch (extension) {
    case VSIM_EXTENSION_VFIO_TYPE1_IOMMU:
    case VSIM_EXTENSION_VFIO_TYPE1v2_IOMMU:
        return 1;
    case VSIM_EXTENSION_VFIO_TYPE1_NESTING_IOMMU:
        return sim->dialect->nesting;
    case VSIM_EXTENSION_VFIO_UNMAP_ALL:
        return sim->dialect->unmap_all;
    case VSIM_EXTENSION_VFIO_UPDATE_VADDR:
        if (sim->dialect->vaddr_busy)
            return type1 && type1->n_emulated == 0;
        return sim->dialect->vaddr_update;
    case VSIM_EXTENSION_VFIO_DMA_CC_IOMMU:
        return type1 && all_coherent(type1);
    default:
        return 0;
    }
}

static int64_t noiommu_answer(const struct vsim_sim *sim, uint64_t extension)
{
    return extension == VSIM_EXTENSION_VFIO_NOIOMMU_IOMMU && sim->noiommu;
}

void vsim_sim_vfio_check_extension(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    const struct vsim_sim_container *container = call->file->container;
    const uint64_t extension = call->op->value[VSIM_FIELD_VFIO_CHECK_EXTENSION_extension];
    int64_t answer = 0;

    if (container->type1) {
        answer = type1_answer(sim, container->type1, extension);
        vsim_sim_succeed(call, VSIM_RULE_VFIO_CHECK_EXTENSION_TYPE1_ANSWER, answer);
        return;
    }
    if (container->noiommu_active) {
        answer = noiommu_answer(sim, extension);
        vsim_sim_succeed(call, VSIM_RULE_VFIO_CHECK_EXTENSION_ACTIVE_BACKEND, answer);
        return;
    }
    if (!is_noiommu(container))
        answer = type1_answer(sim, NULL, extension);
    if (answer == 0 && (is_noiommu(container) || !container->groups))
        answer = noiommu_answer(sim, extension);
    vsim_sim_succeed(call, VSIM_RULE_VFIO_CHECK_EXTENSION_ANY_BACKEND, answer);
}

static void set_noiommu(struct vsim_sim *sim, const struct vsim_sim_call *call, uint64_t type)
{
    if (noiommu_answer(sim, type) == 0) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_SET_IOMMU_NO_BACKEND);
        return;
    }
    if (!vsim_sim_process_can(call->process, VSIM_CAPABILITIES_SYS_RAWIO)) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_SET_IOMMU_NOIOMMU_NEEDS_RAWIO);
        return;
    }
    call->file->container->noiommu_active = true;
    vsim_sim_digest_container(sim, call->file->container);
    vsim_sim_succeed(call, VSIM_RULE_VFIO_SET_IOMMU_DONE, 0);
}

/* Newest group first; the first refusal takes those before it out again, last first. */
static struct vsim_sim_refusal attach_all(struct vsim_sim *sim, struct vsim_sim_type1 *type1,
                                          struct vsim_sim_process *caller)
{
    struct vsim_sim_group *group = type1->container->groups;
    struct vsim_sim_refusal refusal = vsim_sim_refusal_none();

    for (; group; group = group->next) {
        refusal = vsim_sim_type1_attach(sim, type1, group, caller);
        if (vsim_sim_refused(&refusal))
            break;
    }
    if (!group)
        return refusal;
    for (struct vsim_sim_group *undo = type1->container->groups; undo != group; undo = undo->next)
        vsim_sim_type1_detach(sim, type1, undo);
    return refusal;
}

static bool is_backend(uint64_t type)
{
    return type == VSIM_EXTENSION_VFIO_TYPE1_IOMMU || type == VSIM_EXTENSION_VFIO_TYPE1v2_IOMMU ||
           type == VSIM_EXTENSION_VFIO_TYPE1_NESTING_IOMMU;
}

void vsim_sim_vfio_set_iommu(struct vsim_sim *sim, const struct vsim_sim_call *call)
{
    struct vsim_sim_container *container = call->file->container;
    const uint64_t type = call->op->value[VSIM_FIELD_VFIO_SET_IOMMU_type];
    struct vsim_sim_refusal refusal;

    if (!container->groups || container->type1 || container->noiommu_active) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_SET_IOMMU_NO_GROUP_OR_SET);
        return;
    }
    if (is_noiommu(container)) {
        set_noiommu(sim, call, type);
        return;
    }
    if (type1_answer(sim, NULL, type) <= 0) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_SET_IOMMU_NO_BACKEND);
        return;
    }
    if (!is_backend(type)) {
        vsim_sim_refuse(call, VSIM_RULE_VFIO_SET_IOMMU_TYPE_REFUSED);
        return;
    }
    container->type1 = vsim_sim_type1_new(sim, container, type != VSIM_EXTENSION_VFIO_TYPE1_IOMMU,
                                          type == VSIM_EXTENSION_VFIO_TYPE1_NESTING_IOMMU);
    refusal = attach_all(sim, container->type1, call->process);
    if (vsim_sim_refused(&refusal)) {
        vsim_sim_type1_free(sim, container->type1);
        container->type1 = NULL;
        vsim_sim_digest_ranges(sim, container);
        vsim_sim_refuse_with(call, &refusal);
        return;
    }
    vsim_sim_digest_container(sim, container);
    vsim_sim_succeed(call, VSIM_RULE_VFIO_SET_IOMMU_DONE, 0);
}
