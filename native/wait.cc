#include <signal.h>
#include <sys/wait.h>

#include <cstddef>

#include "support/args.h"
#include "support/export.h"
#include "support/result.h"

namespace {

// int waitid(idtype_t idtype, id_t id, siginfo_t* infop, int options);
Napi::Value Waitid(const Napi::CallbackInfo& info) {
  Args args(info);
  const auto idtype = static_cast<idtype_t>(args.Uint32("idtype"));
  const id_t id = args.Uint32("id");
  siginfo_t* const infop = args.Struct<siginfo_t>("infop");
  const int options = args.Int("options");
  if (args.failed()) return {};
  return Result(info.Env(), ::waitid(idtype, id, infop, options));
}

}  // namespace

void RegisterWait(Napi::Object exports) {
  EXPORT_FUNCTION("waitid", Waitid);

  constexpr auto P_PIDFD = static_cast<idtype_t>(3);  // glibc names it only since 2.36
  EXPORT_CONSTANT(P_ALL);
  EXPORT_CONSTANT(P_PGID);
  EXPORT_CONSTANT(P_PID);
  EXPORT_CONSTANT(P_PIDFD);
  EXPORT_CONSTANT(WCONTINUED);
  EXPORT_CONSTANT(WEXITED);
  EXPORT_CONSTANT(WNOHANG);
  EXPORT_CONSTANT(WNOWAIT);
  EXPORT_CONSTANT(WSTOPPED);
  EXPORT_CONSTANT(CLD_CONTINUED);
  EXPORT_CONSTANT(CLD_DUMPED);
  EXPORT_CONSTANT(CLD_EXITED);
  EXPORT_CONSTANT(CLD_KILLED);
  EXPORT_CONSTANT(CLD_STOPPED);
  EXPORT_CONSTANT(CLD_TRAPPED);
  constexpr size_t sizeof_siginfo_t = sizeof(siginfo_t);
  constexpr size_t offsetof_siginfo_t_code = offsetof(siginfo_t, si_code);
  constexpr size_t offsetof_siginfo_t_pid = offsetof(siginfo_t, si_pid);
  constexpr size_t offsetof_siginfo_t_uid = offsetof(siginfo_t, si_uid);
  constexpr size_t offsetof_siginfo_t_status = offsetof(siginfo_t, si_status);
  EXPORT_CONSTANT(sizeof_siginfo_t);
  EXPORT_CONSTANT(offsetof_siginfo_t_code);
  EXPORT_CONSTANT(offsetof_siginfo_t_pid);
  EXPORT_CONSTANT(offsetof_siginfo_t_uid);
  EXPORT_CONSTANT(offsetof_siginfo_t_status);
}
