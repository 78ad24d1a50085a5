// SPDX-License-Identifier: MIT
/* Set arithmetic on valid ranges and page sizes: T1-ATT-04, -05, -07, -08, T1-DET-02, -03, -05. */
#include "state.h"

void vsim_oracle_view_init(struct vsim_oracle_view *view)
{
    view->ranges = g_array_new(FALSE, FALSE, sizeof(struct vsim_range));
    view->domains = g_array_new(FALSE, FALSE, sizeof(struct vsim_oracle_domain));
    view->page_sizes = 0;
}

void vsim_oracle_view_clear(struct vsim_oracle_view *view)
{
    g_array_unref(view->ranges);
    g_array_unref(view->domains);
}

void vsim_oracle_view_copy(struct vsim_oracle_view *to, const struct vsim_oracle_view *from)
{
    g_array_set_size(to->ranges, 0);
    g_array_set_size(to->domains, 0);
    if (from->ranges->len > 0)
        g_array_append_vals(to->ranges, from->ranges->data, from->ranges->len);
    if (from->domains->len > 0)
        g_array_append_vals(to->domains, from->domains->data, from->domains->len);
    to->page_sizes = from->page_sizes;
}

void vsim_oracle_view_reset(struct vsim_oracle_view *view, uint64_t page_bytes)
{
    g_array_set_size(view->ranges, 0);
    g_array_set_size(view->domains, 0);
    view->page_sizes = ~(page_bytes - 1);
}

static struct vsim_range *range_at(const struct vsim_oracle_view *view, guint i)
{
    return &g_array_index(view->ranges, struct vsim_range, i);
}

static struct vsim_oracle_domain *domain_at(const struct vsim_oracle_view *view, guint i)
{
    return &g_array_index(view->domains, struct vsim_oracle_domain, i);
}

struct vsim_oracle_domain *vsim_oracle_view_domain(const struct vsim_oracle_view *view,
                                                   const struct vsim_world_iommu *iommu)
{
    for (guint i = 0; i < view->domains->len; i++)
        if (domain_at(view, i)->iommu == iommu)
            return domain_at(view, i);
    return NULL;
}

static void clip(struct vsim_oracle_view *view, struct vsim_range aperture)
{
    for (guint i = 0; i < view->ranges->len;) {
        struct vsim_range *range = range_at(view, i);
        const bool below = aperture.first > range->first && aperture.first >= range->last;
        const bool above = aperture.last < range->last && aperture.last <= range->first;

        if (below || above) {
            g_array_remove_index(view->ranges, i);
            continue;
        }
        range->first = MAX(range->first, aperture.first);
        range->last = MIN(range->last, aperture.last);
        i++;
    }
}

static void subtract(struct vsim_oracle_view *view, struct vsim_range hole)
{
    for (guint i = 0; i < view->ranges->len;) {
        const struct vsim_range whole = *range_at(view, i);
        const struct vsim_range below = {whole.first, hole.first - 1};
        const struct vsim_range above = {hole.last + 1, whole.last};

        if (!vsim_range_overlaps(whole, hole)) {
            i++;
            continue;
        }
        g_array_remove_index(view->ranges, i);
        if (hole.first > whole.first)
            g_array_insert_val(view->ranges, i++, below);
        if (hole.last < whole.last)
            g_array_insert_val(view->ranges, i++, above);
    }
}

static void subtract_reserved(struct vsim_oracle_view *view, const struct vsim_world_iommu *iommu)
{
    for (guint i = 0; i < iommu->reserved->len; i++) {
        const struct vsim_world_reserved *reserved =
            &g_array_index(iommu->reserved, struct vsim_world_reserved, i);

        if (reserved->kind != VSIM_RESERVED_KIND_DIRECT_RELAXABLE)
            subtract(view, reserved->range);
    }
}

void vsim_oracle_view_narrow(struct vsim_oracle_view *view, const struct vsim_world_iommu *iommu)
{
    if (view->ranges->len == 0)
        g_array_append_val(view->ranges, iommu->aperture);
    else
        clip(view, iommu->aperture);
    subtract_reserved(view, iommu);
}

static void update_page_sizes(struct vsim_oracle_view *view, uint64_t page_bytes)
{
    view->page_sizes = UINT64_MAX;
    for (guint i = 0; i < view->domains->len; i++)
        view->page_sizes &= domain_at(view, i)->iommu->page_sizes;
    if (view->page_sizes & (page_bytes - 1))
        view->page_sizes = (view->page_sizes & ~(page_bytes - 1)) | page_bytes;
}

void vsim_oracle_view_join(struct vsim_oracle_view *view, const struct vsim_world_iommu *iommu,
                           uint64_t page_bytes)
{
    struct vsim_oracle_domain *domain = vsim_oracle_view_domain(view, iommu);
    const struct vsim_oracle_domain fresh = {.iommu = iommu, .n_groups = 1};

    vsim_oracle_view_narrow(view, iommu);
    if (domain) {
        domain->n_groups++;
        return;
    }
    g_array_append_val(view->domains, fresh);
    update_page_sizes(view, page_bytes);
}

/* T1-DET-03: the outer bounds become the intersection of the apertures that are left. */
static void expand(struct vsim_oracle_view *view)
{
    struct vsim_range bounds = {0, UINT64_MAX};

    if (view->ranges->len == 0)
        return;
    for (guint i = 0; i < view->domains->len; i++) {
        bounds.first = MAX(bounds.first, domain_at(view, i)->iommu->aperture.first);
        bounds.last = MIN(bounds.last, domain_at(view, i)->iommu->aperture.last);
    }
    range_at(view, 0)->first = bounds.first;
    range_at(view, view->ranges->len - 1)->last = bounds.last;
}

void vsim_oracle_view_leave(struct vsim_oracle_view *view, const struct vsim_world_iommu *iommu,
                            uint64_t page_bytes)
{
    struct vsim_oracle_domain *domain = vsim_oracle_view_domain(view, iommu);
    struct vsim_range bounds;

    if (--domain->n_groups == 0) {
        g_array_remove_index(view->domains, (guint)(domain - domain_at(view, 0)));
        expand(view);
        update_page_sizes(view, page_bytes);
    }
    if (view->ranges->len == 0)
        return;
    bounds = vsim_range(range_at(view, 0)->first, range_at(view, view->ranges->len - 1)->last);
    g_array_set_size(view->ranges, 0);
    g_array_append_val(view->ranges, bounds);
    for (guint i = 0; i < view->domains->len; i++)
        subtract_reserved(view, domain_at(view, i)->iommu);
}
