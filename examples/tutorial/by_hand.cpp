// Tutorial, the mathematics: forward and backward propagation by hand, checked against automatic differentiation and
// against the slope that is measured by moving a weight a little.
#include <linnet/linnet.h>

#include <cstdio>
using namespace linnet;

void show(const char* name, const Tensor& matrix) {
  std::printf("%-7s", name);
  for (std::int64_t row = 0; row < matrix.shape()[0]; ++row) {
    std::printf(row == 0 ? "=" : "        ");
    for (double value : matrix[row].to_vector<double>()) std::printf(" %8.4f", value + 0.0);  // no "-0"
    std::printf("\n");
  }
}

/// Weights of a network with one hidden layer, and what a batch gives with them.
struct Network {
  Tensor W1, b1, W2, b2;

  Tensor loss(const Tensor& x, const Tensor& labels) const {
    Tensor z2 = matmul(relu(matmul(x, W1) + b1), W2) + b2;
    return -mean(take_along_axis(log_softmax(z2), expand_dims(labels, 1)));
  }
};

/// The gradients dW1, db1, dW2, db2 by the formulas of the tutorial. The derivative of relu is 1 for z > 0 and
/// `slope_below` for z <= 0: it must be 0.
Tensors by_hand(const Network& net, const Tensor& x, const Tensor& labels, double slope_below, bool print) {
  Tensor z1 = matmul(x, net.W1) + net.b1;
  Tensor a1 = relu(z1);
  Tensor z2 = matmul(a1, net.W2) + net.b2;
  Tensor p = softmax(z2);

  Tensor dz2 = (p - one_hot(labels, p.shape()[1], p.dtype())) / double(x.shape()[0]);
  Tensor dW2 = matmul(transpose(a1), dz2), db2 = sum(dz2, 0);
  Tensor da1 = matmul(dz2, transpose(net.W2));
  Tensor dz1 = where(greater(z1, 0.0), da1, slope_below * da1);
  Tensor dW1 = matmul(transpose(x), dz1), db1 = sum(dz1, 0);

  if (print) {
    show("z1", z1), show("a1", a1), show("z2", z2), show("p", p);
    std::printf("loss   = %8.4f\n\n", net.loss(x, labels).item());
    show("dz2", dz2), show("dW2", dW2), show("da1", da1), show("dz1", dz1), show("dW1", dW1);
  }
  return {dW1, db1, dW2, db2};
}

/// How far the formulas are from automatic differentiation.
double difference(Network net, const Tensor& x, const Tensor& labels) {
  for (Tensor* weight : {&net.W1, &net.b1, &net.W2, &net.b2}) weight->set_requires_grad();
  const Tensors theirs = gradients(net.loss(x, labels), {net.W1, net.b1, net.W2, net.b2});
  const Tensors ours = by_hand(net, x, labels, 0, false);
  double largest = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) largest = std::max(largest, max(abs(ours[i] - theirs[i])).item());
  return largest;
}

int main() {
  Tensor x = tensor({{1, 0.5}}, float64), label = from_vector(std::vector{1});
  Network net{tensor({{0.4, -0.6}, {0.2, 0.8}}, float64), tensor({0, 0}, float64),
              tensor({{0.5, -0.5}, {0.3, 0.9}}, float64), tensor({0, 0}, float64)};
  const Tensors gradient = by_hand(net, x, label, 0, true);

  std::printf("\nThe slope of the loss along W1[0][1], measured by moving that weight by 0.001 both ways:\n");
  Network more = net, less = net;
  more.W1 = tensor({{0.4, -0.599}, {0.2, 0.8}}, float64), less.W1 = tensor({{0.4, -0.601}, {0.2, 0.8}}, float64);
  std::printf("measured              %8.4f\n", (more.loss(x, label).item() - less.loss(x, label).item()) / 0.002);
  std::printf("with relu'(z<=0) = 0  %8.4f\n", gradient[0][0][1].item());
  std::printf("with relu'(z<=0) = 1  %8.4f  (wrong)\n", by_hand(net, x, label, 1, false)[0][0][1].item());

  Network after{net.W1 - 0.1 * gradient[0], net.b1 - 0.1 * gradient[1], net.W2 - 0.1 * gradient[2],
                net.b2 - 0.1 * gradient[3]};
  std::printf("\nOne step of gradient descent with learning rate 0.1: loss %.4f -> %.4f\n", net.loss(x, label).item(),
              after.loss(x, label).item());

  Dataset train = datasets::mnist().train;
  Tensor images = flatten(slice(train.x[0], 0, 0, 64), 1).to(float64) / 255.0, digits = slice(train.y[0], 0, 0, 64);
  Network real{random_normal({784, 64}, 0, 0.05, float64), zeros({64}, float64),
               random_normal({64, 10}, 0, 0.1, float64), zeros({10}, float64)};
  std::printf("\nThe network 784-64-10 and 64 digits: formulas and automatic differentiation agree to 12 digits: %s\n",
              difference(real, images, digits) < 1e-12 ? "yes" : "no");
}
