// Examples in comments as tests: examples.py writes them, and explains the notation. Without gtest, whose header takes
// longer to compile than the examples.
#pragma once

#include <cmath>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "linnet/tensor/tensor.h"

namespace documented {

/// Where it is said.
struct Place {
  const char* file;
  int line;
};

/// Makes a test FOLDER.NAME of an example.
struct Example {
  Example(const Place& place, const char* folder, const char* name, void (*run)());
};

/// A failure: the comment lacks something.
void complain(const Place& place, const char* text);

/// {{1, 2}, {3, 4}}, or one number.
struct Numbers {
  linnet::Shape shape;
  std::vector<double> values;
};

/// A failure unless an example gives what its comment says.
void expect(const Place& place, const linnet::Tensor& received, const Numbers& expected);
void expect(const Place& place, const std::vector<double>& received, const Numbers& expected);
void expect(const Place& place, double received, const Numbers& expected);
void expect(const Place& place, const linnet::Tensor& received, const linnet::Shape& expected);
void expect(const Place& place, const linnet::Shape& received, const linnet::Shape& expected);
void expect(const Place& place, const std::string& received, const std::string& expected);
void expect(const Place& place, const std::vector<std::string>& received, const std::vector<std::string>& expected);
template <class Number>
void expect(const Place& place, const std::vector<Number>& received, const Numbers& expected) {
  expect(place, std::vector<double>(received.begin(), received.end()), expected);
}

}  // namespace documented
