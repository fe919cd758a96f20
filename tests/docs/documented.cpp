#include "tests/docs/documented.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "tests/support/temporary_folder.h"

namespace documented {
namespace {

constexpr double relative_tolerance = 5e-4;  // four digits are enough to write down
constexpr double absolute_tolerance = 1e-6;  // for 0

bool is_close(double received, double expected) {
  return received == expected || (std::isnan(received) && std::isnan(expected)) ||
         std::abs(received - expected) <= absolute_tolerance + relative_tolerance * std::abs(expected);
}

std::string text(const linnet::Shape& shape, const std::vector<double>& values) {
  std::ostringstream out;
  for (const double value : values) out << value << ' ';
  out << "of shape " << linnet::to_string(shape);
  return out.str();
}

class Test final : public testing::Test {
 public:
  explicit Test(void (*run)()) : run_(run) {}
  void TestBody() override { run_(); }

 private:
  void (*run_)();
};

void expect(const Place& place, const linnet::Shape& shape, const std::vector<double>& values,
            const Numbers& expected) {
  if (shape == expected.shape && std::ranges::equal(values, expected.values, is_close)) return;
  ADD_FAILURE_AT(place.file, place.line) << "the comment says " << text(expected.shape, expected.values)
                                         << ", but it is " << text(shape, values);
}

}  // namespace

Example::Example(const Place& place, const char* folder, const char* name, void (*run)()) {
  testing::RegisterTest(folder, name, nullptr, nullptr, place.file, place.line,
                        [run]() -> testing::Test* { return new Test(run); });
}

void complain(const Place& place, const char* text) { ADD_FAILURE_AT(place.file, place.line) << text; }

void expect(const Place& place, const linnet::Tensor& received, const Numbers& expected) {
  expect(place, received.shape(), received.to_vector<double>(), expected);
}
void expect(const Place& place, const std::vector<double>& received, const Numbers& expected) {
  expect(place, {static_cast<std::int64_t>(received.size())}, received, expected);
}
void expect(const Place& place, double received, const Numbers& expected) { expect(place, {}, {received}, expected); }
void expect(const Place& place, const linnet::Tensor& received, const linnet::Shape& expected) {
  expect(place, received.shape(), expected);
}
void expect(const Place& place, const linnet::Shape& received, const linnet::Shape& expected) {
  if (received == expected) return;
  ADD_FAILURE_AT(place.file, place.line) << "the comment says shape " << linnet::to_string(expected) << ", but it is "
                                         << linnet::to_string(received);
}
void expect(const Place& place, const std::string& received, const std::string& expected) {
  if (received == expected) return;
  ADD_FAILURE_AT(place.file, place.line) << "the comment says \"" << expected << "\", but it is \"" << received << '"';
}
void expect(const Place& place, const std::vector<std::string>& received, const std::vector<std::string>& expected) {
  EXPECT_EQ(received, expected) << place.file << ':' << place.line;
}

}  // namespace documented

/// Examples write files where they run.
int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const linnet::TemporaryFolder folder;
  std::filesystem::current_path(folder.path());
  return RUN_ALL_TESTS();
}
