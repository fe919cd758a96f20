// Layers that read texts: the answers of Keras's documentation, and what TensorFlow's tables and hashes say.
#include "linnet/layers/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "linnet/layers/layers.h"
#include "linnet/saving/json.h"
#include "support/check_op.h"
#include "support/temporary_folder.h"

namespace linnet::testing {
namespace {

using ::testing::ElementsAre;
using Ints = std::vector<std::int64_t>;

Ints ints(const Tensor& x) {
  EXPECT_EQ(x.dtype(), int64);
  return x.to_vector<std::int64_t>();
}

/// A layer made from the config of another, as JSON text.
template <class Class>
Class remade(const Class& layer) {
  const AnyLayer copy = layer_from_config(parse_json(to_json(layer_to_config(layer))).as_config());
  return dynamic_cast<const Class&>(*copy);
}

TEST(Text, Characters) {
  EXPECT_THAT(characters_of("a你好é😀"), ElementsAre("a", "你", "好", "é", "😀"));
  EXPECT_THAT(characters_of(""), ElementsAre());
  // Bytes that are no UTF-8: alone, cut short, written in too many bytes, a surrogate, too large.
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_THAT(characters_of("a\x80z"), ElementsAre("a", bad, "z"));
  EXPECT_THAT(characters_of("\xE4\xBD"), ElementsAre(bad));
  EXPECT_THAT(characters_of("\xE4\xBD"
                            "a"),
              ElementsAre(bad, "a"));
  EXPECT_THAT(characters_of("\xC0\x80"), ElementsAre(bad, bad));
  EXPECT_THAT(characters_of("\xED\xA0\x80"), ElementsAre(bad, bad, bad));
  EXPECT_THAT(characters_of("\xF5\x80\x80\x80"), ElementsAre(bad, bad, bad, bad));
}

TEST(Text, WordsLettersAndPunctuation) {
  EXPECT_THAT(words_of("  a bc\t\nd "), ElementsAre("a", "bc", "d"));
  EXPECT_THAT(words_of(" \n"), ElementsAre());
  EXPECT_EQ(lower("ÄBC你 Z"), "Äbc你 z");
  EXPECT_EQ(without_punctuation("!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'a。"), "a。");
  EXPECT_THAT(ngrams_of({"a", "b", "c"}, {1, 2}), ElementsAre("a", "b", "c", "a b", "b c"));
  EXPECT_THAT(ngrams_of({"a"}, {2}), ElementsAre());
}

TEST(Text, Lines) {
  EXPECT_THAT(lines_of("a\r\n\nb c\n\n"), ElementsAre("a", "", "b c"));
  EXPECT_THAT(lines_of("你"), ElementsAre("你"));
  EXPECT_THAT(lines_of("\n"), ElementsAre());
}

TEST(Strings, HaveAShape) {
  EXPECT_EQ(Strings({"a", "b"}).shape(), Shape{2});
  EXPECT_EQ((Strings{{"a", "b", "c"}, {"d", "e", "f"}}.shape()), Shape({2, 3}));
  EXPECT_EQ((Strings{{"a", "b"}, {"c", "d"}}.rows()), (std::vector<std::vector<std::string>>{{"a", "b"}, {"c", "d"}}));
  expect_error([] { Strings{{"a", "b"}, {"c"}}; }, "expected rows of 2 texts");
  expect_error([] { Strings({"a"}, {2}); }, "expected 2 values for shape (2,), received 1");
}

TEST(StringLookup, NumbersAreThoseOfTheVocabulary) {
  StringLookup lookup({.vocabulary = {{"a", "b", "c", "d"}}});
  EXPECT_EQ(ints(lookup(Strings{{"a", "c", "d"}, {"d", "z", "b"}})), (Ints{1, 3, 4, 4, 0, 2}));
  EXPECT_THAT(lookup.vocabulary(), ElementsAre("[UNK]", "a", "b", "c", "d"));
  StringLookup masked({.mask_token = "", .vocabulary = {{"", "[UNK]", "a"}}});
  EXPECT_EQ(ints(masked(Strings{"a", "", "x"})), (Ints{2, 0, 1}));
  StringLookup inverse({.vocabulary = lookup.vocabulary(), .invert = true});
  EXPECT_THAT(inverse.to_strings(tensor({1, 4, 0, 9}, int64)).values(), ElementsAre("a", "d", "[UNK]", "[UNK]"));
}

TEST(StringLookup, AdaptOrdersByFrequencyThenFromTheLargest) {
  StringLookup lookup;
  lookup.adapt(Strings{{"a", "c", "d"}, {"d", "z", "b"}});
  EXPECT_THAT(lookup.vocabulary(), ElementsAre("[UNK]", "d", "z", "c", "b", "a"));
  EXPECT_THAT(remade(lookup).vocabulary(), ElementsAre("[UNK]", "d", "z", "c", "b", "a"));
  StringLookup few({.max_tokens = 3});
  few.adapt(Strings{{"a", "c", "d"}, {"d", "z", "b"}});
  EXPECT_THAT(few.vocabulary(), ElementsAre("[UNK]", "d", "z"));
}

TEST(StringLookup, SeveralNumbersForOthersAreChosenByFarmHash) {
  StringLookup lookup({.num_oov_indices = 2, .vocabulary = {{"a", "b", "c", "d"}}});
  EXPECT_EQ(ints(lookup(Strings{{"a", "c", "d"}, {"m", "z", "b"}})), (Ints{2, 4, 5, 0, 1, 3}));
}

TEST(StringLookup, OtherModes) {
  const std::vector<std::string> vocabulary{"a", "b", "c", "d"};
  const Strings rows{{"a", "c", "d", "d"}, {"d", "z", "b", "z"}};
  StringLookup multi_hot({.vocabulary = vocabulary, .output_mode = "multi_hot"});
  EXPECT_THAT(multi_hot(rows).to_vector<double>(), ElementsAre(0, 1, 0, 1, 1, 1, 0, 1, 0, 1));
  StringLookup counts({.vocabulary = vocabulary, .output_mode = "count", .pad_to_max_tokens = false});
  EXPECT_THAT(counts(rows).to_vector<double>(), ElementsAre(0, 1, 0, 1, 2, 2, 0, 1, 0, 1));
  StringLookup one_hot({.mask_token = "", .vocabulary = vocabulary, .output_mode = "one_hot"});
  EXPECT_THAT(one_hot(Strings{"b", "", "x"}).to_vector<double>(),
              ElementsAre(0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0));
  StringLookup weighed({.vocabulary = vocabulary, .idf_weights = {{0.25, 0.75, 0.6, 0.4}}, .output_mode = "tf_idf"});
  EXPECT_EQ(weighed(rows).to_vector<float>(), (std::vector<float>{0, 0.25f, 0, 0.6f, 0.8f, 1, 0, 0.75f, 0, 0.4f}));
  StringLookup all_weights({.vocabulary = {{"[UNK]", "a", "b", "c", "d"}},
                            .idf_weights = {{0.9, 0.25, 0.75, 0.6, 0.4}},
                            .output_mode = "tf_idf"});
  EXPECT_EQ(all_weights(rows).to_vector<float>()[5], 1.8f);
  EXPECT_EQ(remade(all_weights)(rows).to_vector<float>(), all_weights(rows).to_vector<float>());
}

TEST(StringLookup, IdfCountsDocuments) {
  StringLookup lookup({.max_tokens = 6, .output_mode = "tf_idf", .pad_to_max_tokens = true});
  lookup.adapt(Strings{{"a", "a"}, {"a", "b"}, {"c", "b"}});
  EXPECT_THAT(lookup.vocabulary(), ElementsAre("[UNK]", "a", "b", "c"));
  const auto idf = [](double documents) { return static_cast<float>(std::log(1 + 3 / (1 + documents))); };
  const float mean = static_cast<float>((std::log(2.0) * 2 + std::log(2.5)) / 3);
  EXPECT_THAT(lookup(Strings{{"a", "b", "c", "x"}}).to_vector<float>(),
              ElementsAre(::testing::FloatEq(mean), idf(2), idf(2), idf(1), 0, 0));
  const Strings rows{{"a", "x"}};
  EXPECT_EQ(remade(lookup)(rows).to_vector<float>(), lookup(rows).to_vector<float>());
}

TEST(IntegerLookup, IsLikeStringLookup) {
  const Tensor data = tensor({{12, 1138, 42}, {42, 1000, 36}}, int64);
  IntegerLookup lookup;
  lookup.adapt(data);
  EXPECT_THAT(lookup.vocabulary(), ElementsAre(-1, 42, 1138, 1000, 36, 12));
  EXPECT_EQ(ints(lookup(data)), (Ints{5, 2, 1, 1, 3, 4}));
  EXPECT_EQ(remade(lookup).vocabulary(), lookup.vocabulary());
  IntegerLookup two({.num_oov_indices = 2, .vocabulary = {{12, 36, 1138, 42}}});
  EXPECT_EQ(ints(two(tensor({{12, 1138, 42}, {37, 1000, 36}}, int64))), (Ints{2, 4, 5, 1, 0, 3}));
  IntegerLookup inverse({.vocabulary = {{12, 36, 1138, 42}}, .invert = true});
  EXPECT_EQ(ints(inverse(tensor({{1, 3, 4}, {4, 0, 2}}, int64))), (Ints{12, 1138, 42, 42, -1, 36}));
  IntegerLookup masked({.mask_token = 0, .vocabulary = {{7}}, .output_mode = "count"});
  EXPECT_THAT(masked(tensor({{0, 7, 7, 3}}, int64)).to_vector<double>(), ElementsAre(1, 2));
}

TEST(Lookup, VocabularyOfAFile) {
  const TemporaryFolder folder;
  std::ofstream(folder / "words.txt") << "cat\ndog\n";
  EXPECT_EQ(ints(StringLookup({.vocabulary = read_vocabulary(folder / "words.txt")})(Strings{"dog", "x"})),
            (Ints{2, 0}));
  EXPECT_THROW(read_vocabulary(folder / "absent.txt"), FileError);
}

TEST(Lookup, OlderNamesOfModes) {
  EXPECT_EQ(StringLookup({.output_mode = "binary"}).config().at("output_mode").as_string(), "multi_hot");
  EXPECT_EQ(IntegerLookup({.output_mode = "tf-idf"}).config().at("output_mode").as_string(), "tf_idf");
  EXPECT_EQ(TextVectorization({.output_mode = "tf-idf"}).config().at("output_mode").as_string(), "tf_idf");
  EXPECT_EQ(CategoryEncoding(2, {.output_mode = "binary"}).config().at("output_mode").as_string(), "multi_hot");
}

TEST(Lookup, ErrorsSayWhatIsExpected) {
  expect_error(
      [] {
        StringLookup({.vocabulary = {{"a", "[UNK]"}}, .invert = true});
      },
      "expected the out-of-vocabulary token \"[UNK]\" in front of the vocabulary, or not in it");
  expect_error([] { IntegerLookup({.output_mode = "multi_hot"})(Input({2}, {.dtype = int64})); }, "adapt() finds one");
  expect_error([] { StringLookup({.num_oov_indices = 0, .vocabulary = {{"a"}}})(Strings{"b"}); },
               "received \"b\"; num_oov_indices = 1 makes room for others");
  expect_error([] { StringLookup({.vocabulary = {{"a", "a"}}}); }, "expected each token once, received \"a\" twice");
  expect_error([] { StringLookup({.max_tokens = 2, .vocabulary = {{"a", "b"}}}); }, "received 3");
  expect_error([] { StringLookup({.mask_token = "m", .vocabulary = {{"a", "m"}}}); }, "in front of the vocabulary");
  expect_error([] { StringLookup({.vocabulary = {{"a"}}, .output_mode = "tf_idf"}); }, "expected idf_weights");
  expect_error([] { StringLookup({.output_mode = "count"})(Strings{"a"}); }, "adapt() finds one");
  expect_error([] { StringLookup({.vocabulary = {{"a"}}}).adapt(Strings{"a"}); }, "has the vocabulary it was given");
  expect_error([] { StringLookup({.vocabulary = {{"a"}}})(ones({2})); }, "there are no tensors of texts");
  expect_error([] { StringLookup({.vocabulary = {{"a"}}}).to_strings(ones({2}, int64)); }, "expected invert = true");
  expect_error([] { IntegerLookup({.vocabulary = {{1}}, .oov_method = "mod"}); }, "received \"mod\"");
}

TEST(TextVectorization, IsThatOfKerassDocumentation) {
  TextVectorization layer({.max_tokens = 5000, .output_sequence_length = 4});
  layer.adapt(Strings{"foo bar", "bar baz", "baz bada boom"});
  EXPECT_THAT(layer.vocabulary(), ElementsAre("", "[UNK]", "baz", "bar", "foo", "boom", "bada"));
  const Tensor y = layer(Strings{"foo qux bar", "qux baz"});
  EXPECT_EQ(y.shape(), Shape({2, 4}));
  EXPECT_EQ(ints(y), (Ints{4, 1, 3, 0, 1, 2, 0, 0}));
  EXPECT_EQ(ints(remade(layer)(Strings{"foo"})), (Ints{4, 0, 0, 0}));
  TextVectorization given({.vocabulary = {{"earth", "wind", "and", "fire"}}});
  EXPECT_THAT(given.vocabulary(), ElementsAre("", "[UNK]", "earth", "wind", "and", "fire"));
  EXPECT_EQ(ints(given(Strings{"Fire, and WIND!"})), (Ints{5, 4, 3}));
}

TEST(TextVectorization, ChineseIsSplitIntoCharacters) {
  TextVectorization layer({.split = "character"});
  layer.adapt(Strings{"你好", "你们好"});
  EXPECT_THAT(layer.vocabulary(), ElementsAre("", "[UNK]", "好", "你", "们"));
  EXPECT_EQ(ints(layer(Strings{"你好吗", "好"})), (Ints{3, 2, 1, 2, 0, 0}));
}

TEST(TextVectorization, StepsByNameByFunctionOrNone) {
  EXPECT_THAT(TextVectorization().tokens("Don't, STOP"), ElementsAre("dont", "stop"));
  EXPECT_THAT(TextVectorization({.standardize = "lower"}).tokens("Don't, STOP"), ElementsAre("don't,", "stop"));
  EXPECT_THAT(TextVectorization({.standardize = "strip_punctuation"}).tokens("Don't, STOP"),
              ElementsAre("Dont", "STOP"));
  EXPECT_THAT(TextVectorization({.standardize = std::nullopt, .split = std::nullopt}).tokens("A b."),
              ElementsAre("A b."));
  EXPECT_THAT(TextVectorization({.ngrams = {1, 2}}).tokens("a b c"), ElementsAre("a", "b", "c", "a b", "b c"));
  TextVectorization own({.standardize = [](const std::string& text) { return text + "!"; },
                         .split =
                             [](const std::string& text) {
                               return std::vector<std::string>{text, text};
                             }});
  EXPECT_THAT(own.tokens("a"), ElementsAre("a!", "a!"));
  expect_error([&] { own.config(); }, "a function cannot be written");
}

TEST(TextVectorization, BagsOfWords) {
  TextVectorization counts({.output_mode = "count", .vocabulary = {{"a", "b"}}});
  EXPECT_THAT(counts(Strings{"a b a c", ""}).to_vector<double>(), ElementsAre(1, 2, 1, 0, 0, 0));
  TextVectorization padded({.max_tokens = 5, .output_mode = "multi_hot", .pad_to_max_tokens = true});
  padded.adapt(Strings{"a b"});
  EXPECT_THAT(padded(Strings{"b b"}).to_vector<double>(), ElementsAre(0, 1, 0, 0, 0));
}

TEST(TextVectorization, ReadsKerassConfigs) {
  const AnyLayer layer = TextVectorization::from_config(
      {{"ngrams", 2}, {"standardize", nullptr}, {"encoding", "utf-8"}, {"ragged", false}, {"vocabulary_size", 2}});
  EXPECT_THAT(dynamic_cast<const TextVectorization&>(*layer).tokens("A b"), ElementsAre("A", "b", "A b"));
  expect_error([] { TextVectorization({.standardize = "upper"}); }, "received \"upper\"");
  expect_error([] { TextVectorization({.split = "comma"}); }, "expected split \"whitespace\", \"character\"");
  expect_error([] { TextVectorization()(Strings{{"a", "b"}}); }, "expected texts of shape (texts,) or (texts, 1)");
  expect_error([] { TextVectorization()(ones({2})); }, "call it with Strings, before the model");
}

TEST(Hashing, BinsAreThoseOfKerassDocumentation) {
  const Strings letters{"A", "B", "C", "D", "E"};
  EXPECT_EQ(ints(Hashing(3)(letters)), (Ints{1, 0, 1, 1, 2}));
  EXPECT_EQ(ints(Hashing(3, {.mask_value = ""})(Strings{"A", "B", "", "C", "D"})), (Ints{1, 1, 0, 2, 2}));
  EXPECT_EQ(ints(Hashing(3, {.salt = {133, 137}})(letters)), (Ints{1, 2, 1, 0, 2}));
  EXPECT_EQ(ints(Hashing(3, {.salt = {133}})(letters)), (Ints{0, 0, 2, 1, 0}));
  EXPECT_EQ(Hashing(3, {.output_mode = "one_hot"})(Strings{"A"}).to_vector<double>(), (std::vector<double>{0, 1, 0}));
  EXPECT_EQ(ints(Hashing(3)(tensor({12}, int32))), ints(Hashing(3)(Strings{"12"})));
  EXPECT_EQ(Hashing(3, {.dtype = int32})(letters).dtype(), int32);
  EXPECT_EQ(Hashing(3).config().at("dtype").as_string(), "int64");
  expect_error(
      [] {
        layer_from_config(object_config("Hashing", {{"num_bins", 3}, {"sparse", true}}));
      },
      "[Hashing] does not support the option \"sparse\" = true");
  const Hashing named(3, {.mask_value = "m", .salt = {1}});
  EXPECT_EQ(remade(named).config(), named.config());
}

TEST(HashedCrossing, BinsAreThoseOfKerassDocumentation) {
  const Strings letters{"A", "B", "A", "B", "A"};
  const Tensor numbers = tensor({101, 101, 101, 102, 102}, int64);
  EXPECT_EQ(ints(HashedCrossing(5)({letters, numbers})), (Ints{1, 4, 1, 1, 3}));
  const Tensor rows = HashedCrossing(5, {.output_mode = "one_hot"})({letters, numbers});
  EXPECT_EQ(rows.shape(), Shape({5, 5}));
  expect_error([&] { HashedCrossing(5)(std::vector<HashedCrossing::Feature>{letters}); }, "two features or more");
  expect_error([&] { HashedCrossing(5)({letters, ones({4}, int64)}); }, "features of one shape");
  expect_error(
      [&] {
        HashedCrossing(5)({letters, ones({5})});
      },
      "expected integers or texts, received a feature of dtype float32");
  EXPECT_EQ(HashedCrossing(5, {.dtype = int32})({letters, numbers}).dtype(), int32);
}

TEST(Discretization, AdaptFindsBinsOfEqualSize) {
  const Tensor data = tensor({{-1.5, 1.0, 3.4, 0.5}, {0.0, 3.0, 1.3, 0.0}});
  Discretization layer({.num_bins = 4, .epsilon = 0.01});
  expect_error([&] { layer(data); }, "expected adapt() to be called first");
  layer.adapt(data);
  EXPECT_EQ(ints(layer(data)), (Ints{0, 2, 3, 2, 1, 3, 3, 1}));
  EXPECT_EQ(ints(remade(layer)(data)), ints(layer(data)));
  EXPECT_EQ(ints(Discretization({.bin_boundaries = {{0, 1, 2}}})(data)), (Ints{0, 2, 3, 1, 1, 3, 2, 1}));
  expect_error([] { Discretization(); }, "expected bin_boundaries, or num_bins for adapt(), received neither");
  expect_error([] { Discretization({.bin_boundaries = {{2, 1}}}); }, "expected ascending bin_boundaries");
}

TEST(CategoryEncoding, ErrorsSayWhatIsExpected) {
  expect_error([] { CategoryEncoding(0); }, "expected num_tokens > 0");
  expect_error([] { CategoryEncoding(3)(tensor({{0, 3}}, int32)); }, "expected integers in [0, 3), received 3");
  expect_error([] { CategoryEncoding(3)({tensor({{0, 1}}, int32), ones({1, 2})}); }, "in output_mode \"multi_hot\"");
  expect_error([] { CategoryEncoding(3, {.output_mode = "int"}); }, "received \"int\"");
}

}  // namespace
}  // namespace linnet::testing
