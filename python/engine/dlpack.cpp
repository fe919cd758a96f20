#include "dlpack.h"

#include <memory>

#include "linnet/tensor/node.h"
#include "linnet/tensor/record.h"

namespace linnet::python {

namespace py = pybind11;

namespace {

// The structures of DLPack 0.x (https://dmlc.github.io/dlpack/latest/c_api.html), whose layout is its interface.
struct Device {
  std::int32_t type = 1;  // CPU
  std::int32_t id = 0;
};
struct ElementType {
  std::uint8_t code = 0;
  std::uint8_t bits = 0;
  std::uint16_t lanes = 1;
};
struct View {
  void* data = nullptr;
  Device device;
  std::int32_t rank = 0;
  ElementType dtype;
  std::int64_t* shape = nullptr;
  std::int64_t* strides = nullptr;
  std::uint64_t byte_offset = 0;
};
struct ManagedView {
  View view;
  void* owner = nullptr;
  void (*deleter)(ManagedView*) = nullptr;
};

struct Exported : ManagedView {
  Tensor tensor;
  Shape shape, strides;
};

std::uint8_t code_of(DType dtype) {
  switch (dtype) {
    case DType::int32:
    case DType::int64: return 0;
    case DType::uint8: return 1;
    case DType::bfloat16: return 4;
    case DType::boolean: return 6;
    default: return 2;
  }
}

void delete_exported(ManagedView* view) { delete static_cast<Exported*>(view); }

/// A capsule that nobody has taken the tensor out of still owns it.
void delete_capsule(PyObject* capsule) {
  if (PyCapsule_IsValid(capsule, "dltensor") == 0) return;
  auto* view = static_cast<ManagedView*>(PyCapsule_GetPointer(capsule, "dltensor"));
  view->deleter(view);
}

}  // namespace

py::capsule to_dlpack(const Tensor& tensor, const py::object& stream) {
  if (tensor.is_symbolic()) throw py::buffer_error("a symbolic tensor has no numbers to share");
  if (tensor.requires_grad()) throw py::buffer_error("a tensor that takes part in gradients is shared by detach()");
  if (!stream.is_none()) throw py::buffer_error("tensors are in the memory of the processor: expected no stream");
  auto exported = std::make_unique<Exported>();
  exported->tensor = tensor;
  exported->shape = tensor.shape();
  exported->strides = tensor.strides();
  const auto bits = static_cast<std::uint8_t>(8 * size_of(tensor.dtype()));
  exported->view = {.data = linnet::mutable_view(tensor).data,
                    .device = {},
                    .rank = tensor.rank(),
                    .dtype = {code_of(tensor.dtype()), bits, 1},
                    .shape = exported->shape.begin(),
                    .strides = exported->strides.begin()};
  exported->deleter = delete_exported;
  ManagedView* view = exported.release();
  return py::reinterpret_steal<py::capsule>(PyCapsule_New(view, "dltensor", delete_capsule));
}

}  // namespace linnet::python
