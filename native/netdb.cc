#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <climits>
#include <cstring>

#include "support/args.h"
#include "support/export.h"
#include "support/missing.h"
#include "support/result.h"

namespace {

// The lines of /etc/services and /etc/protocols, with their aliases, are far shorter.
constexpr size_t kEntryBytes = size_t{16} * 1024;

const char* OrNull(const std::optional<std::string>& text) {
  return text ? text->c_str() : nullptr;
}

// The errors of getaddrinfo and getnameinfo are negative. For EAI_SYSTEM, the error is in errno,
// which is returned instead: it is positive, or 0 where the C library has not set it.
Napi::Value Failure(Napi::Env env, int error, int number) {
  return Answer(env, error == EAI_SYSTEM ? number : error);
}

Napi::Value TextOrNull(Napi::Env env, const char* text) {
  return text == nullptr ? env.Null() : Napi::String::New(env, text);
}

// A copy of an address. Empty after worker.terminate() has stopped all JavaScript, which may be
// while a call waits for an answer.
Napi::Value Bytes(Napi::Env env, const sockaddr* addr, size_t size) {
  void* memory = nullptr;
  napi_value buffer = nullptr;
  napi_value array = nullptr;
  if (napi_create_arraybuffer(env, size, &memory, &buffer) != napi_ok) return {};
  if (size > 0) std::memcpy(memory, addr, size);
  if (napi_create_typedarray(env, napi_uint8_array, size, buffer, 0, &array) != napi_ok) return {};
  return {env, array};
}

// int getaddrinfo(const char* node, const char* service, const struct addrinfo* hints,
//                 struct addrinfo** res);
// Returns an array of [flags, family, socktype, protocol, addr, canonname].
Napi::Value Getaddrinfo(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::optional<std::string> node = args.OptionalCString("node");
  const std::optional<std::string> service = args.OptionalCString("service");
  addrinfo hints = {};
  hints.ai_flags = args.Int("flags");
  hints.ai_family = args.Int("family");
  hints.ai_socktype = args.Int("socktype");
  hints.ai_protocol = args.Int("protocol");
  if (args.failed()) return {};
  addrinfo* res = nullptr;
  errno = 0;
  const int error = ::getaddrinfo(OrNull(node), OrNull(service), &hints, &res);
  if (error != 0) return Failure(info.Env(), error, errno);
  Napi::Array list = Napi::Array::New(info.Env());
  uint32_t count = 0;
  for (const addrinfo* each = res; each != nullptr; each = each->ai_next) {
    Napi::Array entry = Napi::Array::New(info.Env(), 6);
    entry.Set(0u, Answer(info.Env(), each->ai_flags));
    entry.Set(1u, Answer(info.Env(), each->ai_family));
    entry.Set(2u, Answer(info.Env(), each->ai_socktype));
    entry.Set(3u, Answer(info.Env(), each->ai_protocol));
    entry.Set(4u, Bytes(info.Env(), each->ai_addr, each->ai_addrlen));
    entry.Set(5u, TextOrNull(info.Env(), each->ai_canonname));
    list.Set(count++, entry);
  }
  ::freeaddrinfo(res);
  return list;
}

// int getnameinfo(const struct sockaddr* addr, socklen_t addrlen, char* host, socklen_t hostlen,
//                 char* serv, socklen_t servlen, int flags);
// Returns an array of [host, serv].
Napi::Value Getnameinfo(const Napi::CallbackInfo& info) {
  Args args(info);
  const Span<uint8_t> addr = args.Bytes("addr");
  const int flags = args.Int("flags");
  // A path that fills sun_path has no null byte at its end, but is read up to one.
  alignas(sockaddr_storage) uint8_t copy[sizeof(sockaddr_storage) + 1] = {};
  if (addr.count > static_cast<int>(sizeof(sockaddr_storage))) {
    args.OutOfRange("addr", "at most " + std::to_string(sizeof(sockaddr_storage)) + " bytes long");
  }
  if (args.failed()) return {};
  if (addr.count > 0) std::memcpy(copy, addr.data, static_cast<size_t>(addr.count));
  char host[NI_MAXHOST] = {};
  char serv[NI_MAXHOST] = {};  // a unix path may be longer than NI_MAXSERV
  errno = 0;
  const int error =
      ::getnameinfo(reinterpret_cast<const sockaddr*>(copy), static_cast<socklen_t>(addr.count),
                    host, sizeof(host), serv, sizeof(serv), flags);
  if (error != 0) return Failure(info.Env(), error, errno);
  Napi::Array names = Napi::Array::New(info.Env(), 2);
  names.Set(0u, Napi::String::New(info.Env(), host));
  names.Set(1u, Napi::String::New(info.Env(), serv));
  return names;
}

// const char* gai_strerror(int errcode);
Napi::Value GaiStrerror(const Napi::CallbackInfo& info) {
  Args args(info);
  const int errcode = args.Int("errcode");
  if (args.failed()) return {};
  return Napi::String::New(info.Env(), ::gai_strerror(errcode));
}

Napi::Value Aliases(Napi::Env env, char** aliases) {
  Napi::Array list = Napi::Array::New(env);
  for (uint32_t i = 0; aliases != nullptr && aliases[i] != nullptr; i++) {
    list.Set(i, Napi::String::New(env, aliases[i]));
  }
  return list;
}

// [name, aliases, port, proto], or null if there is none. `error` is what the function returned.
Napi::Value Service(Napi::Env env, int error, const servent* found) {
  if (error != 0) return Answer(env, -error);
  if (found == nullptr) return env.Null();
  Napi::Array entry = Napi::Array::New(env, 4);
  entry.Set(0u, Napi::String::New(env, found->s_name));
  entry.Set(1u, Aliases(env, found->s_aliases));
  entry.Set(2u, Answer(env, ntohs(static_cast<uint16_t>(found->s_port))));
  entry.Set(3u, TextOrNull(env, found->s_proto));
  return entry;
}

// int getservbyname_r(const char* name, const char* proto, struct servent* result_buf, char* buf,
//                     size_t buflen, struct servent** result);
Napi::Value Getservbyname(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::string name = args.CString("name");
  const std::optional<std::string> proto = args.OptionalCString("proto");
  if (args.failed()) return {};
  servent entry;
  char buf[kEntryBytes];
  servent* result = nullptr;
  const int error =
      ::getservbyname_r(name.c_str(), OrNull(proto), &entry, buf, sizeof(buf), &result);
  return Service(info.Env(), error, result);
}

// int getservbyport_r(int port, const char* proto, struct servent* result_buf, char* buf,
//                     size_t buflen, struct servent** result);
// The port is in host byte order here.
Napi::Value Getservbyport(const Napi::CallbackInfo& info) {
  Args args(info);
  const int port = args.Count("port", USHRT_MAX);
  const std::optional<std::string> proto = args.OptionalCString("proto");
  if (args.failed()) return {};
  servent entry;
  char buf[kEntryBytes];
  servent* result = nullptr;
  const int error = ::getservbyport_r(htons(static_cast<uint16_t>(port)), OrNull(proto), &entry,
                                      buf, sizeof(buf), &result);
  return Service(info.Env(), error, result);
}

// [name, aliases, proto], or null if there is none. `error` is what the function returned.
Napi::Value Protocol(Napi::Env env, int error, const protoent* found) {
  if (error != 0) return Answer(env, -error);
  if (found == nullptr) return env.Null();
  Napi::Array entry = Napi::Array::New(env, 3);
  entry.Set(0u, Napi::String::New(env, found->p_name));
  entry.Set(1u, Aliases(env, found->p_aliases));
  entry.Set(2u, Answer(env, found->p_proto));
  return entry;
}

// int getprotobyname_r(const char* name, struct protoent* result_buf, char* buf, size_t buflen,
//                      struct protoent** result);
Napi::Value Getprotobyname(const Napi::CallbackInfo& info) {
  Args args(info);
  const std::string name = args.CString("name");
  if (args.failed()) return {};
  protoent entry;
  char buf[kEntryBytes];
  protoent* result = nullptr;
  const int error = getprotobyname_r(name.c_str(), &entry, buf, sizeof(buf), &result);
  return Protocol(info.Env(), error, result);
}

// int getprotobynumber_r(int proto, struct protoent* result_buf, char* buf, size_t buflen,
//                        struct protoent** result);
Napi::Value Getprotobynumber(const Napi::CallbackInfo& info) {
  Args args(info);
  const int proto = args.Int("proto");
  if (args.failed()) return {};
  protoent entry;
  char buf[kEntryBytes];
  protoent* result = nullptr;
  const int error = getprotobynumber_r(proto, &entry, buf, sizeof(buf), &result);
  return Protocol(info.Env(), error, result);
}

// int gethostname(char* name, size_t len);
Napi::Value Gethostname(const Napi::CallbackInfo& info) {
  char name[HOST_NAME_MAX + 1] = {};
  if (::gethostname(name, sizeof(name) - 1) < 0) return Result(info.Env(), -1);
  return Napi::String::New(info.Env(), name);
}

}  // namespace

void RegisterNetdb(Napi::Object exports) {
  EXPORT_FUNCTION("getaddrinfo", Getaddrinfo);
  EXPORT_FUNCTION("getnameinfo", Getnameinfo);
  EXPORT_FUNCTION("gai_strerror", GaiStrerror);
  EXPORT_FUNCTION("getservbyname", Getservbyname);
  EXPORT_FUNCTION("getservbyport", Getservbyport);
  EXPORT_FUNCTION("getprotobyname", Getprotobyname);
  EXPORT_FUNCTION("getprotobynumber", Getprotobynumber);
  EXPORT_FUNCTION("gethostname", Gethostname);

  EXPORT_CONSTANTS(AI_PASSIVE, AI_CANONNAME, AI_NUMERICHOST, AI_V4MAPPED, AI_ALL, AI_ADDRCONFIG,
                   AI_IDN, AI_CANONIDN, AI_NUMERICSERV);
  EXPORT_CONSTANTS(EAI_BADFLAGS, EAI_NONAME, EAI_AGAIN, EAI_FAIL, EAI_NODATA, EAI_FAMILY,
                   EAI_SOCKTYPE, EAI_SERVICE, EAI_ADDRFAMILY, EAI_MEMORY, EAI_SYSTEM, EAI_OVERFLOW,
                   EAI_INPROGRESS, EAI_CANCELED, EAI_NOTCANCELED, EAI_ALLDONE, EAI_INTR,
                   EAI_IDN_ENCODE);
  EXPORT_CONSTANTS(NI_NUMERICHOST, NI_NUMERICSERV, NI_NOFQDN, NI_NAMEREQD, NI_DGRAM, NI_IDN,
                   NI_NUMERICSCOPE, NI_MAXHOST, NI_MAXSERV);
}
