/* page.h - the registry as Markdown: a table of functions for each category.
 * Threads: any. Allocates: the buffer's memory. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEIR_PROCESSOR_FUNCTIONS_PAGE_H
#define WEIR_PROCESSOR_FUNCTIONS_PAGE_H

#include "core/base/buffer.h"

void weir_functions_page(struct weir_buffer *page);

#endif
