// Errors on purpose, for scripts/test-checkers.js: clang-tidy must find each.
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

std::string AfterMove(std::string text) {
  const std::string moved = std::move(text);
  return text + moved;
}

int OfNull(bool given) {
  int value = 0;
  const int* const pointer = given ? &value : nullptr;
  if (given) return 0;
  return *pointer;
}

const char* NotThreadSafe(int error) { return std::strerror(error); }

size_t CopiesMuch(std::string text) { return text.size(); }

int NoError(const char* text) { return std::atoi(text); }
