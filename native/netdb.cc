#include <netdb.h>

#include "support/export.h"
#include "support/missing.h"

// No functions: names are resolved by node:dns, whose hints and errors these numbers are.
void RegisterNetdb(Napi::Object exports) {
  EXPORT_CONSTANTS(AI_ADDRCONFIG, AI_ALL, AI_CANONNAME, AI_NUMERICHOST, AI_NUMERICSERV, AI_PASSIVE,
                   AI_V4MAPPED);
  EXPORT_CONSTANTS(EAI_ADDRFAMILY, EAI_AGAIN, EAI_BADFLAGS, EAI_FAIL, EAI_FAMILY, EAI_MEMORY,
                   EAI_NODATA, EAI_NONAME, EAI_OVERFLOW, EAI_SERVICE, EAI_SOCKTYPE, EAI_SYSTEM);
  EXPORT_CONSTANTS(NI_DGRAM, NI_MAXHOST, NI_MAXSERV, NI_NAMEREQD, NI_NOFQDN, NI_NUMERICHOST,
                   NI_NUMERICSERV);
}
