// Errors on purpose, for scripts/test-checkers.js: each tool must find its own.
#ifndef POLLUX_TEST_CHECKERS_PLANTED_H_
#define POLLUX_TEST_CHECKERS_PLANTED_H_

#include <climits>
#include <cstdlib>
#include <cstring>
#include <thread>

enum Planted { kLeak = 1001, kOutside, kAfterFree, kMisaligned, kOverflow, kRace, kNeverWritten };

// What a compiler cannot know, and so does not optimise away.
inline volatile int planted_unknown = 0;
inline int planted_shared = 0;

inline void Plant(int which) {
  char* memory = static_cast<char*>(std::malloc(16 + planted_unknown));
  switch (which) {
    case kLeak:
      std::memset(memory, planted_unknown, 16);
      memory = nullptr;
      break;
    case kOutside:
      planted_unknown = memory[16 + planted_unknown];
      break;
    case kAfterFree:
      std::free(memory);
      planted_unknown = memory[planted_unknown];
      memory = nullptr;
      break;
    case kMisaligned:
      planted_unknown = *reinterpret_cast<int*>(memory + 1 + planted_unknown);
      break;
    case kOverflow:
      planted_unknown = INT_MAX;
      planted_unknown = planted_unknown + 1;
      break;
    case kRace: {
      std::thread other([] { planted_shared++; });
      planted_shared++;
      other.join();
      break;
    }
    case kNeverWritten:
      if (memory[planted_unknown] == 'x') planted_unknown = 1;
      break;
    default:
      break;
  }
  std::free(memory);
}

#endif  // POLLUX_TEST_CHECKERS_PLANTED_H_
