// Chinese text: sentences become characters, characters numbers, numbers vectors, and a network learns whether a
// sentence praises or complains.
#include <linnet/linnet.h>

#include <cstdio>
#include <string>
#include <vector>
using namespace linnet;

int main() {
  set_random_seed(1);
  const std::vector<std::string> praise{"这家店的菜很好吃",   "服务很好，下次还来", "味道不错，价格便宜",
                                        "我很喜欢这部电影",   "演员很棒，故事好看", "这本书真好看",
                                        "今天很开心，谢谢你", "房间干净，景色很美", "音乐真好听，我喜欢"};
  const std::vector<std::string> complaints{"这家店的菜太难吃了", "服务很差，不会再来", "味道很差，价格太贵",
                                            "我讨厌这部电影",     "演员很差，故事难看", "这本书太难看了",
                                            "今天很难过，真糟糕", "房间很脏，景色难看", "音乐太难听，我讨厌"};
  std::vector<std::string> sentences = praise;
  sentences.insert(sentences.end(), complaints.begin(), complaints.end());
  const Tensor labels = concatenate({ones({9, 1}), zeros({9, 1})}, 0);  // 1: praise

  // Chinese has no spaces between words, so each character is a token.
  TextVectorization characters({.split = "character", .output_sequence_length = 12});
  characters.adapt(sentences);
  const std::vector<std::string> vocabulary = characters.vocabulary();
  std::printf("%zu tokens, the most frequent:", vocabulary.size());
  for (std::size_t i = 2; i < 10; ++i) std::printf(" %s", vocabulary[i].c_str());
  const Tensor numbers = characters(Strings(sentences));
  std::printf("\n%s -> %s\n", sentences[0].c_str(), to_string(numbers[0]).c_str());

  Sequential model({Embedding(std::int64_t(vocabulary.size()), 8, {.mask_zero = true}), GlobalAveragePooling1D(),
                    Dense(1, {.activation = sigmoid})});
  model.compile({.optimizer = Adam({.learning_rate = 0.02}), .loss = BinaryCrossentropy(), .metrics = {"accuracy"}});
  model.fit(numbers, labels, {.epochs = 60, .batch_size = 6, .verbose = 0});
  std::printf("%.0f %% of these sentences right\n", 100 * model.evaluate(numbers, labels, {.verbose = 0})["accuracy"]);

  // Sentences that it has not seen.
  for (const char* sentence : {"这部电影很好看", "菜很难吃，服务太差", "房间很美，我很喜欢", "价格太贵了"}) {
    const double answer = model.predict(characters(Strings{sentence}), {.verbose = 0}).item();
    std::printf("%3.0f %%  %s\n", 100 * answer, sentence);
  }
}
