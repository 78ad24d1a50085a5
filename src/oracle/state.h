// SPDX-License-Identifier: MIT
/*
 * What the oracle believes the kernel's state to be: plain lists and sorted arrays, in the words of type1.md
 * section 0.5. The predicates (rules.h) ask it, the effects change it, and every change keeps the digest of
 * the shared rows (../spec/state.h).
 */
#ifndef VSIM_ORACLE_STATE_H
#define VSIM_ORACLE_STATE_H

#include "../spec/op.h"
#include "../spec/state.h"
#include "../spec/world.h"
#include "mm.h"

/* An open file; descriptors, and what else keeps it open, count as references. */
struct vsim_oracle_file {
    enum vsim_fd_kind kind;
    unsigned n_references;
    unsigned n_in_process; /* Scratch: of those, how many one process holds. */
    struct vsim_oracle_container *container;
    struct vsim_oracle_group *group; /* Of a group, or of a device's group. */
    struct vsim_oracle_device *device;
    struct vsim_oracle_object *object; /* Of a memfd. */
};

struct vsim_oracle_fd {
    vsim_handle handle; /* 0 once the trace has used the name again: it is open, but has no name. */
    bool close_on_exec;
    struct vsim_oracle_file *file;
};

struct vsim_oracle_process {
    vsim_handle handle;
    bool alive;
    uint64_t memlock_bytes;
    uint64_t capabilities;
    struct vsim_oracle_mm *mm; /* NULL once it has exited. */
    GArray *fds;               /* struct vsim_oracle_fd. */
};

struct vsim_oracle_device {
    const struct vsim_world_device *row;
    struct vsim_oracle_group *group;
    unsigned n_open;                /* Files. */
    struct vsim_oracle_object *bar; /* While it is open. */
};

struct vsim_oracle_group {
    const struct vsim_world_group *row;
    const struct vsim_world_iommu *iommu; /* NULL unless the group is real. */
    struct vsim_oracle_file *file;        /* While its node is open. */
    struct vsim_oracle_container *container;
    unsigned n_open_devices;
    bool host_driver; /* A device of it belongs to a host driver. */
};

struct vsim_oracle_mapping {
    uint64_t first;
    uint64_t last;
    uint64_t vaddr;
    uint64_t prot; /* VSIM_PROT_*. */
    bool vaddr_invalid;
    bool mapped;
    bool lock_cap;
    uint32_t line; /* Of the MAP_DMA that made it. */
    uint64_t charged;
    struct vsim_oracle_process *owner; /* The task: whose limit counts, and whose mm unless owner_is_mm. */
    struct vsim_oracle_mm *mm;         /* The owner's mm when it was mapped or updated; referenced. */
    unsigned n_runs;                   /* Of what is pinned; 0 while it is not mapped. */
    struct vsim_oracle_run one_run;    /* Where n_runs is 1, */
    struct vsim_oracle_run *runs;      /* else here. */
    uint64_t digest;
    struct vsim_oracle_mapping *next_free;
};

/* A domain and how many groups are in it. Groups of one IOMMU share a domain (T1-ATT-06). */
struct vsim_oracle_domain {
    const struct vsim_world_iommu *iommu;
    unsigned n_groups;
};

/* What attaching changes besides mappings; also the state that an attach would lead to. */
struct vsim_oracle_view {
    GArray *ranges;  /* struct vsim_range, ascending. */
    GArray *domains; /* struct vsim_oracle_domain, oldest first. */
    uint64_t page_sizes;
};

enum vsim_oracle_backend_type {
    VSIM_ORACLE_UNSET = 0,
    VSIM_ORACLE_V1 = 1,
    VSIM_ORACLE_V2 = 2,
    VSIM_ORACLE_NOIOMMU = 8,
};

struct vsim_oracle_container {
    vsim_handle name;
    bool fd_open;
    enum vsim_oracle_backend_type type;
    bool nesting;
    bool undefined;    /* In a zone where the specification says nothing more (T1-TOP-06, T1-ATT-13). */
    GPtrArray *groups; /* struct vsim_oracle_group *, oldest first. */
    unsigned n_emulated;
    struct vsim_oracle_view view;
    struct vsim_oracle_sorted maps; /* value: struct vsim_oracle_mapping *, owned. */
    uint64_t limit;                 /* Slots when the backend was set. */
    uint64_t avail;
    uint64_t n_invalid;
    uint64_t zone_bytes; /* In an undefined zone: no unmap can remove more. */
    uint64_t digest;     /* Of its CONTAINER and RANGE rows. */
};

/* Which mappings an UNMAP takes, and which could stop it; see unmap_dma.c. */
struct vsim_oracle_selection {
    bool known;
    GPtrArray *mappings; /* struct vsim_oracle_mapping *, ascending. */
    uint64_t total_bytes;
    const struct vsim_oracle_mapping *foreign;   /* Where the walk stops for T1-UNM-11. */
    const struct vsim_oracle_mapping *straddler; /* Where a v1 walk stops for starting below the range. */
    bool any_subset; /* T1-UNM-07: what is removed before the stop depends on the tree. */
};

enum vsim_oracle_pin_result {
    VSIM_ORACLE_PINS,
    VSIM_ORACLE_PIN_NO_ACCESS,
    VSIM_ORACLE_PIN_OVER_LIMIT,
    VSIM_ORACLE_PIN_DOMAIN_REFUSES,
    VSIM_ORACLE_PIN_UNALIGNED,
};

/* What the pages of a mapping come to; see pin.c. */
struct vsim_oracle_pinning {
    bool known;
    enum vsim_oracle_pin_result result;
    uint64_t offset;                           /* Of the page that fails. */
    struct vsim_range range;                   /* What the domain refuses. */
    const struct vsim_oracle_mapping *mapping; /* In a replay: the one that fails. */
    uint64_t n_accountable;                    /* Pages that were, or would be, charged before the failure. */
    GArray *runs; /* struct vsim_oracle_run, of one mapping; without references. */
};

/* What the op at hand has been found to mean: set by vsim_oracle_begin(), kept until the op is followed. */
struct vsim_oracle_case {
    bool judged;              /* The rest describes the op that comes to vsim_oracle_follow() next. */
    const struct vsim_op *op; /* With its argument read from memory; may be `effective`. */
    struct vsim_op effective;
    enum vsim_op_id rules; /* Whose rules judge it: IOCTL where the descriptor is of another kind. */
    struct vsim_oracle_process *process; /* NULL for the world and for devices, and when it is gone. */
    struct vsim_oracle_file *file;       /* Of an ioctl; NULL when it is not open. */
    struct vsim_oracle_container
        *container; /* Of the file, or the one that SET_CONTAINER names, or a device's. */
    struct vsim_oracle_group *group;
    struct vsim_oracle_device *device;
    bool undecided;
    int alternative_error; /* A second errno that is as good; 0 for none. */
    enum vsim_rule_id rule;
    bool fields_observed; /* The trace's outcome has the fields of the row; not so for an ioctl by number. */
    struct vsim_outcome answer; /* What success writes, where the argument lies in the process' memory. */
    /* The group being attached, and the object as it is before that. */
    struct vsim_oracle_group *joining;
    struct vsim_oracle_view view;
    struct vsim_oracle_view next_view;
    struct vsim_oracle_pinning pinning;
    struct vsim_oracle_selection selection;
    /* DMA: how far it gets. */
    bool dma_known;
    enum vsim_rule_id dma_rule;
    uint64_t dma_address;
    const struct vsim_oracle_mapping *dma_mapping;
};

struct vsim_oracle {
    const struct vsim_world *world;
    const struct vsim_dialect *dialect;
    struct vsim_oracle_memory_rules memory;
    uint64_t known_flags[VSIM_N_OPS];
    /* Module parameters now. */
    uint64_t dma_entry_limit;
    bool allow_unsafe_interrupts;
    bool noiommu;

    GPtrArray *processes;  /* struct vsim_oracle_process *, by handle. */
    GPtrArray *groups;     /* struct vsim_oracle_group *. */
    GPtrArray *devices;    /* struct vsim_oracle_device *. */
    GPtrArray *containers; /* struct vsim_oracle_container *. */
    struct vsim_oracle_mapping *free_mappings;
    uint64_t digest;
    bool accounts_unknown; /* As state_unknown, for locked_vm. */
    bool state_unknown;    /* The observed outcome of an undefined zone left more than one state possible. */
    bool bytes_known;      /* Scratch of reads. */
    const char *broken;    /* A safety invariant that an observed outcome broke, or NULL. */

    /* The rules of an op that apply in the dialect, in table order: first those with an errno, then the
     * others. */
    enum vsim_rule_id plan[VSIM_N_RULES + VSIM_N_OPS];
    struct {
        uint16_t refusals;
        uint16_t successes;
        uint16_t end;
    } plan_of[VSIM_N_OPS];
    unsigned fired[VSIM_N_RULES];
    bool probe; /* Ask every rule of success, so that `fired` tells which can fire. */

    struct vsim_oracle_case at;
    GByteArray *tail; /* GET_INFO's capabilities. */
    GArray *pieces;   /* struct vsim_oracle_piece: bytes read by the op at hand. */
    GArray *removed;  /* struct vsim_oracle_vma. */
    GPtrArray *touched_mms;
    struct vsim_allowed allowed; /* Of step, and of a follow without an allow. */
};

/* Processes and descriptors. Handles that are not there give NULL. */
struct vsim_oracle_process *vsim_oracle_process(const struct vsim_oracle *oracle, vsim_handle handle);
struct vsim_oracle_process *vsim_oracle_process_add(struct vsim_oracle *oracle, vsim_handle handle,
                                                    uint64_t memlock_bytes, uint64_t capabilities,
                                                    struct vsim_oracle_mm *mm);
struct vsim_oracle_fd *vsim_oracle_fd(const struct vsim_oracle_process *process, vsim_handle handle);
void vsim_oracle_fd_bind(struct vsim_oracle_process *process, vsim_handle handle,
                         struct vsim_oracle_file *file, bool close_on_exec);
void vsim_oracle_fd_close(struct vsim_oracle *oracle, struct vsim_oracle_process *process, guint index);
guint vsim_oracle_fd_index(const struct vsim_oracle_process *process, vsim_handle handle);
struct vsim_oracle_file *vsim_oracle_file_new(enum vsim_fd_kind kind);
void vsim_oracle_file_ref(struct vsim_oracle_file *file);
/* The last reference releases it: a container goes, a group leaves its container, a device goes off. */
void vsim_oracle_file_unref(struct vsim_oracle *oracle, struct vsim_oracle_file *file);

/* The address space ends; descriptors come later. */
void vsim_oracle_mm_die(struct vsim_oracle *oracle, struct vsim_oracle_mm *mm);
/* Unmap, and release what the VMAs held. */
void vsim_oracle_mm_clear(struct vsim_oracle *oracle, struct vsim_oracle_mm *mm, struct vsim_range range);
void vsim_oracle_lock(struct vsim_oracle *oracle, struct vsim_oracle_mm *mm, uint64_t n_pages);
uint64_t vsim_oracle_limit_pages(const struct vsim_oracle *oracle, const struct vsim_oracle_process *process);
/* True when n more pages pass the limit (T1-PIN-02); sums wrap as the kernel's. */
bool vsim_oracle_over_limit(const struct vsim_oracle *oracle, const struct vsim_oracle_process *process,
                            const struct vsim_oracle_mm *mm, uint64_t n_pages);

/* Groups and containers. */
struct vsim_oracle_group *vsim_oracle_group(const struct vsim_oracle *oracle, vsim_handle handle);
struct vsim_oracle_device *vsim_oracle_device(const struct vsim_oracle *oracle, vsim_handle handle);
bool vsim_oracle_group_is(const struct vsim_oracle_group *group, uint64_t kind);
struct vsim_oracle_container *vsim_oracle_container_new(struct vsim_oracle *oracle, vsim_handle name);
bool vsim_oracle_container_is_type1(const struct vsim_oracle_container *container);
bool vsim_oracle_container_is_noiommu(const struct vsim_oracle_container *container);
/* The granule (T1-MAP-04); 0 when no page size is left. */
uint64_t vsim_oracle_granule(const struct vsim_oracle_container *container);
/* Its CONTAINER and RANGE rows have changed. */
void vsim_oracle_container_changed(struct vsim_oracle *oracle, struct vsim_oracle_container *container);
/* From here on the specification says nothing about it; what it is now, is still known. */
void vsim_oracle_container_enter_zone(struct vsim_oracle_container *container);
/* The same, and even what it is now is not known. */
void vsim_oracle_container_lose(struct vsim_oracle *oracle, struct vsim_oracle_container *container);

/* Mappings. */
struct vsim_oracle_mapping *vsim_oracle_mapping_at(const struct vsim_oracle_container *container,
                                                   uint64_t iova);
struct vsim_oracle_mapping *vsim_oracle_mapping_in(const struct vsim_oracle_container *container,
                                                   struct vsim_range range);
const struct vsim_oracle_run *vsim_oracle_mapping_runs(const struct vsim_oracle_mapping *mapping);
struct vsim_oracle_mapping *vsim_oracle_mapping_new(struct vsim_oracle *oracle);
void vsim_oracle_mapping_insert(struct vsim_oracle *oracle, struct vsim_oracle_container *container,
                                struct vsim_oracle_mapping *mapping);
/* T1-UNM-09. */
void vsim_oracle_mapping_remove(struct vsim_oracle *oracle, struct vsim_oracle_container *container,
                                struct vsim_oracle_mapping *mapping);
/* Take the runs as its pins, with references, and charge n pages to the owner. */
void vsim_oracle_mapping_pin(struct vsim_oracle *oracle, struct vsim_oracle_container *container,
                             struct vsim_oracle_mapping *mapping, const GArray *runs, uint64_t n_charged);
void vsim_oracle_mapping_unpin(struct vsim_oracle *oracle, struct vsim_oracle_container *container,
                               struct vsim_oracle_mapping *mapping);
/* Its row has changed. */
void vsim_oracle_mapping_changed(struct vsim_oracle *oracle, const struct vsim_oracle_container *container,
                                 struct vsim_oracle_mapping *mapping);
/* The mm that its charges are on, or NULL when nobody has them any more (T1-OWN-05). */
struct vsim_oracle_mm *vsim_oracle_mapping_payer(const struct vsim_oracle *oracle,
                                                 const struct vsim_oracle_mapping *mapping);

/* Views: what attaching and detaching make of ranges and page sizes (T1-ATT-04 to -08). */
void vsim_oracle_view_init(struct vsim_oracle_view *view);
void vsim_oracle_view_clear(struct vsim_oracle_view *view);
void vsim_oracle_view_copy(struct vsim_oracle_view *to, const struct vsim_oracle_view *from);
void vsim_oracle_view_reset(struct vsim_oracle_view *view, uint64_t page_bytes);
struct vsim_oracle_domain *vsim_oracle_view_domain(const struct vsim_oracle_view *view,
                                                   const struct vsim_world_iommu *iommu);
/* Narrow the ranges to the aperture and take the reserved regions out. */
void vsim_oracle_view_narrow(struct vsim_oracle_view *view, const struct vsim_world_iommu *iommu);
void vsim_oracle_view_join(struct vsim_oracle_view *view, const struct vsim_world_iommu *iommu,
                           uint64_t page_bytes);
void vsim_oracle_view_leave(struct vsim_oracle_view *view, const struct vsim_world_iommu *iommu,
                            uint64_t page_bytes);

/* Groups in and out of containers; see attach.c and detach.c. */
void vsim_oracle_attach(struct vsim_oracle *oracle, struct vsim_oracle_container *container,
                        struct vsim_oracle_group *group, const struct vsim_oracle_process *process);
void vsim_oracle_detach(struct vsim_oracle *oracle, struct vsim_oracle_group *group);
/* A container without descriptor and group goes. */
void vsim_oracle_container_release(struct vsim_oracle *oracle, struct vsim_oracle_container *container);

/* The rows of a container, for snapshot and digest. */
void vsim_oracle_container_rows(const struct vsim_oracle_container *container, GArray *rows);
struct vsim_state_row vsim_oracle_mapping_row(const struct vsim_oracle_container *container,
                                              const struct vsim_oracle_mapping *mapping);
/* All rows of the state. */
void vsim_oracle_rows(const struct vsim_oracle *oracle, GArray *rows);
struct vsim_state_row vsim_oracle_locked_row(const struct vsim_oracle_mm *mm);

#endif
