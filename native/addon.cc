#include <napi.h>

// One function per file of this folder. lib/native/ declares the exports.
void RegisterAsyncWait(Napi::Object exports);
void RegisterBatch(Napi::Object exports);
void RegisterCan(Napi::Object exports);
void RegisterCmsg(Napi::Object exports);
void RegisterEnvironment(Napi::Object exports);
void RegisterEpoll(Napi::Object exports);
void RegisterErrno(Napi::Object exports);
void RegisterEventfd(Napi::Object exports);
void RegisterFd(Napi::Object exports);
void RegisterFlock(Napi::Object exports);
void RegisterInotify(Napi::Object exports);
void RegisterInterface(Napi::Object exports);
void RegisterIoUring(Napi::Object exports);
void RegisterIoctl(Napi::Object exports);
void RegisterMemfd(Napi::Object exports);
void RegisterMessage(Napi::Object exports);
void RegisterNetdb(Napi::Object exports);
void RegisterNetlink(Napi::Object exports);
void RegisterPacket(Napi::Object exports);
void RegisterPidfd(Napi::Object exports);
void RegisterPipe(Napi::Object exports);
void RegisterPoll(Napi::Object exports);
void RegisterPrctl(Napi::Object exports);
void RegisterRtnetlink(Napi::Object exports);
void RegisterSctp(Napi::Object exports);
void RegisterSelect(Napi::Object exports);
void RegisterSendfile(Napi::Object exports);
void RegisterSignal(Napi::Object exports);
void RegisterSignalfd(Napi::Object exports);
void RegisterSockaddr(Napi::Object exports);
void RegisterSocket(Napi::Object exports);
void RegisterSockopt(Napi::Object exports);
void RegisterSockoptFilter(Napi::Object exports);
void RegisterSockoptIp(Napi::Object exports);
void RegisterSockoptIpv6(Napi::Object exports);
void RegisterSockoptLink(Napi::Object exports);
void RegisterSockoptSctp(Napi::Object exports);
void RegisterSockoptTcp(Napi::Object exports);
void RegisterSplice(Napi::Object exports);
void RegisterTimerfd(Napi::Object exports);
void RegisterTransfer(Napi::Object exports);
void RegisterVsock(Napi::Object exports);
void RegisterWait(Napi::Object exports);

// Runs once per environment: the main thread and each worker have their own exports.
static Napi::Object Init(Napi::Env /*env*/, Napi::Object exports) {
  RegisterAsyncWait(exports);
  RegisterBatch(exports);
  RegisterCan(exports);
  RegisterCmsg(exports);
  RegisterEnvironment(exports);
  RegisterEpoll(exports);
  RegisterErrno(exports);
  RegisterEventfd(exports);
  RegisterFd(exports);
  RegisterFlock(exports);
  RegisterInotify(exports);
  RegisterInterface(exports);
  RegisterIoUring(exports);
  RegisterIoctl(exports);
  RegisterMemfd(exports);
  RegisterMessage(exports);
  RegisterNetdb(exports);
  RegisterNetlink(exports);
  RegisterPacket(exports);
  RegisterPidfd(exports);
  RegisterPipe(exports);
  RegisterPoll(exports);
  RegisterPrctl(exports);
  RegisterRtnetlink(exports);
  RegisterSctp(exports);
  RegisterSelect(exports);
  RegisterSendfile(exports);
  RegisterSignal(exports);
  RegisterSignalfd(exports);
  RegisterSockaddr(exports);
  RegisterSocket(exports);
  RegisterSockopt(exports);
  RegisterSockoptFilter(exports);
  RegisterSockoptIp(exports);
  RegisterSockoptIpv6(exports);
  RegisterSockoptLink(exports);
  RegisterSockoptSctp(exports);
  RegisterSockoptTcp(exports);
  RegisterSplice(exports);
  RegisterTimerfd(exports);
  RegisterTransfer(exports);
  RegisterVsock(exports);
  RegisterWait(exports);
  return exports;
}

NODE_API_MODULE(pollux, Init)
