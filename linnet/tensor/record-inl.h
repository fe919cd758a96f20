// The templates behind tensor/record.h: a node holds the op's gradient function by value, from a pooled allocator.
// To be completed with the engine: record(), record_many(), record_list().
//
//   Tensor  record(const char* who, Tensor output, std::initializer_list<Tensor> inputs, F gradient);
//   Tensor  record(const char* who, Tensor output, const Tensors& inputs, F gradient);
//   Tensors record_many(const char* who, Tensors outputs, const Tensors& inputs, F gradient);
//
// F is callable as Grads(const Tensor& dy) or Grads(const Tensor& dy, Needs needs); for record_many as
// Grads(const Tensors& dys, Needs needs) with empty tensors where an output received no gradient.
#pragma once
