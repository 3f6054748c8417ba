#include <sys/socket.h>

// After glibc's headers: these then skip what glibc has defined.
#include <linux/filter.h>
#include <linux/if_packet.h>

#include <climits>

#include "support/args.h"
#include "support/export.h"
#include "support/layout.h"
#include "support/result.h"

namespace {

bool TakesProgram(int level, int optname) {
  if (level == SOL_PACKET) return optname == PACKET_FANOUT_DATA;
  return level == SOL_SOCKET &&
         (optname == SO_ATTACH_FILTER || optname == SO_ATTACH_REUSEPORT_CBPF);
}

// int setsockopt(int sockfd, int level, int optname, const struct sock_fprog* optval,
//                socklen_t optlen);
// The program is an array of struct sock_filter; its address never comes from JavaScript.
Napi::Value SetsockoptFprog(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const int level = args.Int("level");
  const int optname = args.Int("optname");
  if (!TakesProgram(level, optname)) args.OutOfRange("optname", "an option that takes a program");
  const Span<sock_filter> filter = args.Structs<sock_filter>("filter");
  if (filter.count > USHRT_MAX) args.OutOfRange("filter", "at most 65535 instructions long");
  if (args.failed()) return {};
  const sock_fprog program{static_cast<unsigned short>(filter.count), filter.data};
  return Result(info.Env(), ::setsockopt(sockfd, level, optname, &program, sizeof(program)));
}

// int getsockopt(int sockfd, SOL_SOCKET, SO_GET_FILTER, struct sock_filter* optval,
//                socklen_t* optlen);
// `optlen` counts instructions, not bytes. With no room for any, the kernel only returns the
// number.
Napi::Value GetsockoptFilter(const Napi::CallbackInfo& info) {
  Args args(info);
  const int sockfd = args.Int("sockfd");
  const Span<sock_filter> filter = args.Structs<sock_filter>("filter");
  const Span<socklen_t> optlen = args.Struct<socklen_t>("optlen");
  if (args.failed()) return {};
  socklen_t len = static_cast<socklen_t>(filter.count);
  const int result = ::getsockopt(sockfd, SOL_SOCKET, SO_GET_FILTER, filter.data, &len);
  if (result == 0) optlen.Set(len);
  return Result(info.Env(), result);
}

void AddStructs(Napi::Object exports) {
  {
    LAYOUT(sock_filter);
    FIELD(, code);
    FIELD(, jt);
    FIELD(, jf);
    FIELD(, k);
  }
}

}  // namespace

void RegisterSockoptFilter(Napi::Object exports) {
  AddStructs(exports);

  EXPORT_FUNCTION("setsockopt_fprog", SetsockoptFprog);
  EXPORT_FUNCTION("getsockopt_filter", GetsockoptFilter);

  EXPORT_CONSTANTS(BPF_A, BPF_ABS, BPF_ADD, BPF_ALU, BPF_AND, BPF_B, BPF_DIV, BPF_H, BPF_IMM,
                   BPF_IND, BPF_JA, BPF_JEQ, BPF_JGE, BPF_JGT, BPF_JMP, BPF_JSET, BPF_K, BPF_LD,
                   BPF_LDX, BPF_LEN, BPF_LL_OFF, BPF_LSH, BPF_MAJOR_VERSION, BPF_MAXINSNS, BPF_MEM,
                   BPF_MEMWORDS, BPF_MINOR_VERSION, BPF_MISC, BPF_MOD, BPF_MSH, BPF_MUL, BPF_NEG,
                   BPF_NET_OFF, BPF_OR, BPF_RET, BPF_RSH, BPF_ST, BPF_STX, BPF_SUB, BPF_TAX,
                   BPF_TXA, BPF_W, BPF_X, BPF_XOR);
  EXPORT_CONSTANTS(SKF_AD_ALU_XOR_X, SKF_AD_CPU, SKF_AD_HATYPE, SKF_AD_IFINDEX, SKF_AD_MARK,
                   SKF_AD_NLATTR, SKF_AD_NLATTR_NEST, SKF_AD_OFF, SKF_AD_PAY_OFFSET, SKF_AD_PKTTYPE,
                   SKF_AD_PROTOCOL, SKF_AD_QUEUE, SKF_AD_RANDOM, SKF_AD_RXHASH, SKF_AD_VLAN_TAG,
                   SKF_AD_VLAN_TAG_PRESENT, SKF_AD_VLAN_TPID, SKF_LL_OFF, SKF_NET_OFF);
}
