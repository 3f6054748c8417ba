#include <signal.h>
#include <sys/wait.h>

#include <cstddef>

#include "support/args.h"
#include "support/export.h"
#include "support/layout.h"
#include "support/result.h"

namespace {

// int waitid(idtype_t idtype, id_t id, siginfo_t* infop, int options);
Napi::Value Waitid(const Napi::CallbackInfo& info) {
  Args args(info);
  const auto idtype = static_cast<idtype_t>(args.Uint32("idtype"));
  const id_t id = args.Uint32("id");
  siginfo_t* const infop = args.Struct<siginfo_t>("infop").data;
  const int options = args.Int("options");
  if (args.failed()) return {};
  return Result(info.Env(), ::waitid(idtype, id, infop, options));
}

void AddStructs(Napi::Object exports) {
  {
    LAYOUT_OF_TYPE(siginfo_t);
    FIELD(si_, signo);
    FIELD(si_, code);
    FIELD(si_, pid);
    FIELD(si_, uid);
    FIELD(si_, status);
    FIELD(si_, int);
    FIELD(si_, fd);
    FIELD(si_, band);
    FIELD(si_, overrun);
  }
}

}  // namespace

void RegisterWait(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_FUNCTION("waitid", Waitid);

  constexpr auto P_PIDFD = static_cast<idtype_t>(3);  // glibc defines it only since 2.36
  EXPORT_CONSTANTS(P_ALL, P_PGID, P_PID, P_PIDFD, WCONTINUED, WEXITED, WNOHANG, WNOWAIT, WSTOPPED,
                   CLD_CONTINUED, CLD_DUMPED, CLD_EXITED, CLD_KILLED, CLD_STOPPED, CLD_TRAPPED);

  EXPORT_CONSTANTS(WUNTRACED);
}
