// HyperModel: a function from hyper-parameters to a compiled model, and to how it is fitted.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <utility>

#include "linnet/models/model.h"
#include "linnet/tuning/hyper_parameters.h"

#pragma GCC visibility push(default)
namespace linnet {

/// What a tuner searches over. `build` returns a compiled model, by value or as a shared pointer; `fit` may change the
/// options that search() was given. Keras: keras_tuner.HyperModel.
///   HyperModel([](HyperParameters& hp) { Sequential model(…); …; return model; },
///              [](HyperParameters& hp, FitOptions& fit) { fit.batch_size = hp.Choice("batch_size", {32, 64, 128}); })
class HyperModel {
 public:
  /// Makes a compiled model.
  using Build = std::function<std::shared_ptr<Model>(HyperParameters&)>;
  /// Changes how it is fitted.
  using Fit = std::function<void(HyperParameters&, FitOptions&)>;

  template <std::invocable<HyperParameters&> F>
  HyperModel(F make, Fit fit = {}) : build_(shared(std::move(make))), fit_(std::move(fit)) {}

  /// Throws what the function throws, and `[HyperModel] …` for a null pointer or a model that is not compiled.
  std::shared_ptr<Model> build(HyperParameters& hp) const;
  /// Changes the options of fit, if there is a function that does.
  void adjust(HyperParameters& hp, FitOptions& options) const {
    if (fit_) fit_(hp, options);
  }

 private:
  template <class F>
  static Build shared(F make) {
    using Result = std::invoke_result_t<F&, HyperParameters&>;
    if constexpr (std::convertible_to<Result, std::shared_ptr<Model>>)
      return make;
    else
      return
          [make](HyperParameters& hp) mutable -> std::shared_ptr<Model> { return std::make_shared<Result>(make(hp)); };
  }

  Build build_;
  Fit fit_;
};

}  // namespace linnet
#pragma GCC visibility pop
