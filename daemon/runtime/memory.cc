#include "daemon/runtime/memory.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace wasphere::runtime {
namespace {

// Only segments that were never writable: their pages equal the file's, so dropping them loses
// nothing. Relocated data looks read-only later but is private, and stays.
void drop_clean_pages(const dl_phdr_info& object, const ElfW(Phdr) & segment) {
  if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) return;
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const std::uintptr_t begin = (object.dlpi_addr + segment.p_vaddr) & ~(page - 1);
  const std::uintptr_t end = object.dlpi_addr + segment.p_vaddr + segment.p_memsz;
  // A refusal (an object without a file behind it) only means that nothing is saved.
  madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

int visit_object(dl_phdr_info* object, std::size_t, void*) {
  for (int i = 0; i < object->dlpi_phnum; ++i) drop_clean_pages(*object, object->dlpi_phdr[i]);
  return 0;
}

}  // namespace

void give_back_memory() {
  malloc_trim(0);
  dl_iterate_phdr(visit_object, nullptr);
}

}  // namespace wasphere::runtime
