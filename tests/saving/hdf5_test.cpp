// HDF5 files as Keras and h5py write them. What stands here was read with h5py.
#include "linnet/saving/hdf5.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/support/temporary_folder.h"

namespace linnet {
namespace {

using testing::AllOf;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using Texts = std::vector<std::string>;

const std::string keras_files = LINNET_SOURCE_DIR "/tests/golden/keras/files/";
const std::string small_files = LINNET_SOURCE_DIR "/tests/saving/hdf5/";

// The weights inside a .keras archive, which stores them as they are.
std::string weights_of_archive(const std::string& path) {
  const std::string archive = read_text(path), signature = "\x89HDF\r\n\x1a\n";
  return archive.substr(archive.find(signature));
}

Hdf5File open_keras_file(const std::string& name) {
  const std::string path = keras_files + name;
  return name.ends_with(".keras") ? Hdf5File::parse(weights_of_archive(path), name) : Hdf5File::read(path);
}

std::vector<double> values(const Hdf5File& file, const std::string& path) {
  const Hdf5Object* object = file.root().find(path);
  return object == nullptr ? std::vector<double>() : file.tensor(*object).to_vector<double>();
}

struct Count {
  int objects = 0, arrays = 0, attributes = 0;
  std::int64_t elements = 0;
};
// Reads all arrays on the way.
void count(const Hdf5File& file, const Hdf5Object& object, Count& sum) {
  ++sum.objects;
  sum.attributes += static_cast<int>(object.attributes.size());
  if (object.array) {
    const Tensor tensor = file.tensor(object);
    EXPECT_EQ(tensor.shape(), object.array->shape);
    EXPECT_EQ(tensor.dtype(), object.array->dtype);
    ++sum.arrays;
    sum.elements += tensor.size();
  }
  for (const auto& [name, child] : object.children) count(file, child, sum);
}

TEST(Hdf5, ReadsEverythingInKerasFiles) {
  struct Expected {
    const char* name;
    int objects, arrays, attributes;
  };
  for (const Expected& expected : {Expected{"h5_attention_001.h5", 28, 12, 13},
                                   {"h5_mlp_001.h5", 25, 14, 11},
                                   {"h5_rnn_001.h5", 28, 11, 10},
                                   {"keras_attention_001.keras", 67, 38, 14},
                                   {"keras_cnn_001.keras", 39, 22, 8},
                                   {"keras_misc_001.keras", 23, 7, 7},
                                   {"keras_mlp_001.keras", 23, 14, 4},
                                   {"keras_rnn_001.keras", 30, 11, 9},
                                   {"keras_text_001.keras", 17, 6, 5},
                                   {"keras_two_inputs_001.keras", 45, 26, 9},
                                   {"weights_h5_attention_001.weights.h5", 67, 38, 14},
                                   {"weights_h5_cnn_001.weights.h5", 23, 8, 7},
                                   {"weights_h5_mlp_001.weights.h5", 11, 4, 3},
                                   {"weights_h5_rnn_001.weights.h5", 30, 11, 9}}) {
    const Hdf5File file = open_keras_file(expected.name);
    Count sum;
    count(file, file.root(), sum);
    EXPECT_EQ(sum.objects, expected.objects) << expected.name;
    EXPECT_EQ(sum.arrays, expected.arrays) << expected.name;
    EXPECT_EQ(sum.attributes, expected.attributes) << expected.name;
  }
}

TEST(Hdf5, ReadsTheWeightsOfKerasFiles) {
  const Hdf5File mlp = open_keras_file("weights_h5_mlp_001.weights.h5");
  const Hdf5Object* vars = mlp.root().find("layers/dense/vars");
  ASSERT_NE(vars, nullptr);
  EXPECT_EQ(vars->attributes.at("name"), Texts{"dense"});
  EXPECT_FALSE(vars->array.has_value());
  EXPECT_EQ(vars->children.at("0").array->shape, (Shape{6, 5}));
  EXPECT_EQ(vars->children.at("0").array->dtype, float32);
  const std::vector<double> kernel = values(mlp, "layers/dense/vars/0");
  EXPECT_NEAR(kernel[0], -0.11361691, 1e-7);
  EXPECT_NEAR(kernel[2], -0.3210079, 1e-7);
  EXPECT_THAT(values(mlp, "layers/dense_1/vars/1"),
              ElementsAre(DoubleNear(0.6594341, 1e-7), DoubleNear(0.0523195, 1e-7), DoubleNear(0.44331437, 1e-7)));

  const Hdf5File cnn = open_keras_file("keras_cnn_001.keras");
  EXPECT_EQ(cnn.root().find("layers/conv2d/vars/0")->array->shape, (Shape{3, 3, 2, 4}));
  EXPECT_NEAR(values(cnn, "layers/batch_normalization/vars/3")[1], 1.7088894, 1e-7);
  EXPECT_EQ(cnn.root().find("optimizer/vars")->children.size(), 14u);
}

TEST(Hdf5, ReadsTheAttributesOfLegacyFiles) {
  const Hdf5File file = open_keras_file("h5_mlp_001.h5");
  const Hdf5Object& root = file.root();
  EXPECT_EQ(root.attributes.at("keras_version"), Texts{"3.16.0"});
  EXPECT_THAT(root.attributes.at("model_config"), ElementsAre(StartsWith(R"({"class_name": "Sequential")")));
  EXPECT_THAT(root.attributes.at("training_config"), ElementsAre(StartsWith(R"({"jit_compile": false)")));
  const Hdf5Object* weights = root.find("model_weights");
  EXPECT_THAT(weights->attributes.at("layer_names"), ElementsAre("dense", "dense_1"));
  EXPECT_THAT(weights->find("dense")->attributes.at("weight_names"),
              ElementsAre("sequential/dense/kernel", "sequential/dense/bias"));
  EXPECT_THAT(weights->find("top_level_model_weights")->attributes.at("weight_names"), ElementsAre());
  EXPECT_EQ(root.find("optimizer_weights/adam/iteration")->array->dtype, int32);
  EXPECT_THAT(values(file, "optimizer_weights/adam/iteration"), ElementsAre(3));
}

TEST(Hdf5, FindsObjectsByPath) {
  const Hdf5File file = Hdf5File::read(small_files + "many.h5");
  const Hdf5Object& root = file.root();
  EXPECT_EQ(root.find(""), &root);
  EXPECT_EQ(root.find("a/b"), &root.children.at("a").children.at("b"));
  for (const char* path : {"b", "a/c", "a/b/c/d/e", "/a", "a//b", "a/b/c/d/"})
    EXPECT_EQ(root.find(path) == nullptr, std::string_view(path) != "a/b/c/d/") << path;
  EXPECT_THAT(message_of<InvalidArgument>([&] { file.tensor(root); }), HasSubstr("received a group"));
}

TEST(Hdf5, ReadsTreesOfSeveralLevels) {
  const Hdf5File file = Hdf5File::read(small_files + "many.h5");
  EXPECT_EQ(file.root().children.size(), 21u);
  for (int i = 0; i < 20; ++i) EXPECT_THAT(values(file, "array" + std::to_string(i)), ElementsAre(i));
  EXPECT_THAT(values(file, "a/b/c/d"), ElementsAre(1, 2));
}

TEST(Hdf5, ReadsEveryElementTypeInBothByteOrders) {
  const Hdf5File file = Hdf5File::read(small_files + "types.h5");
  const std::map<std::string, DType> dtypes = {{"f2", float32}, {"f4", float32}, {"f8", float64}, {"i1", int32},
                                               {"i2", int32},   {"i4", int32},   {"i8", int64},   {"u1", uint8},
                                               {"u2", int32},   {"u4", int64},   {"u8", int64}};
  for (const std::string order : {"little/", "big/"})
    for (const auto& [name, dtype] : dtypes) {
      EXPECT_EQ(file.root().find(order + name)->array->dtype, dtype) << order << name;
      EXPECT_THAT(values(file, order + name), ElementsAre(name[0] == 'u' ? 1 : -1, 2, 100)) << order << name;
    }
  EXPECT_EQ(file.root().find("bool")->array->dtype, boolean);
  EXPECT_THAT(values(file, "bool"), ElementsAre(1, 0, 1));
  EXPECT_EQ(file.root().find("bfloat16")->array->dtype, bfloat16);
  EXPECT_THAT(values(file, "bfloat16"), ElementsAre(1, -2));
}

TEST(Hdf5, ReadsScalarsAndWhatWasNeverWritten) {
  const Hdf5File file = Hdf5File::read(small_files + "types.h5");
  EXPECT_EQ(file.root().find("scalar")->array->shape, Shape());
  EXPECT_THAT(values(file, "scalar"), ElementsAre(7));
  EXPECT_EQ(file.root().find("empty")->array->shape, (Shape{0, 3}));
  EXPECT_THAT(values(file, "empty"), ElementsAre());
  EXPECT_EQ(file.root().find("null")->array->shape, (Shape{0}));
  EXPECT_THAT(values(file, "unwritten"), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(values(file, "filled"), ElementsAre(300, 300, 300, 300));
}

TEST(Hdf5, ReadsChunks) {
  const Hdf5File file = Hdf5File::read(small_files + "chunks.h5");
  const auto counted = [](int n) {
    std::vector<double> numbers(static_cast<std::size_t>(n));
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
  };
  EXPECT_EQ(values(file, "packed"), counted(35));
  EXPECT_EQ(values(file, "shuffled"), counted(35));
  EXPECT_EQ(values(file, "growing"), counted(3));
  EXPECT_EQ(values(file, "cube"), counted(24));
  EXPECT_EQ(values(file, "many"), counted(10));
  EXPECT_EQ(values(file, "unwritten"), std::vector<double>(16, 0));
  EXPECT_THAT(values(file, "part"), ElementsAre(-5, -5, -5, -5, -5, -5, -5, -5, 1, 1, -5, -5, 1, 1, -5, -5));
  EXPECT_THAT(values(Hdf5File::read(small_files + "compact.h5"), "compact"), ElementsAre(1, 2, 3));
}

TEST(Hdf5, ReadsTextOfEveryKind) {
  const Hdf5File file = Hdf5File::read(small_files + "attributes.h5");
  const auto& attributes = file.root().attributes;
  EXPECT_EQ(attributes.at("one"), Texts{"text"});
  EXPECT_EQ(attributes.at("none"), Texts{""});
  EXPECT_EQ(attributes.at("chinese"), Texts{"\u4e2d\u6587"});
  EXPECT_THAT(attributes.at("list"), ElementsAre("a", "bcd", ""));
  EXPECT_THAT(attributes.at("bytes"), ElementsAre("ab", "cdef"));
  EXPECT_EQ(attributes.at("fixed"), Texts{"fixed"});
  EXPECT_EQ(attributes.at("long"), Texts{std::string(2000, 'x')});
  EXPECT_THAT(attributes.at("grid"), ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(attributes.at("no_texts"), Texts{});
  EXPECT_EQ(attributes.at("null"), Texts{});
  EXPECT_FALSE(attributes.contains("numbers"));
  EXPECT_EQ(file.root().find("layers")->attributes.at("name"), Texts{"layers"});
}

TEST(Hdf5, ReadsNewFormatsOfHeadersAndGroups) {
  const Hdf5File latest = Hdf5File::read(small_files + "latest.h5");
  EXPECT_EQ(latest.root().attributes.at("name"), Texts{"latest"});
  EXPECT_THAT(values(latest, "a/b"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(values(latest, "a/bool"), ElementsAre(1, 0));
  EXPECT_THAT(values(latest, "a/compact"), ElementsAre(5));
  EXPECT_EQ(latest.root().find("g2")->attributes.at("list"), Texts(2, "x"));
  const Hdf5File tracked = Hdf5File::read(small_files + "tracked.h5");
  EXPECT_THAT(values(tracked, "a"), ElementsAre(2));
}

TEST(Hdf5, RefusesByNameWhatIsNotSupported) {
  const std::map<std::string, std::string> reasons = {
      {"soft_link", "\"link\" is a soft link"},
      {"external_link", "\"link\" is a link to another file"},
      {"hard_link", "in \"b\" the object header at byte"},
      {"circle", "in \"a/back\" the object header at byte 96 lies on something else"},
      {"compound", "in \"a\" its elements are compounds"},
      {"reference", "its elements are references"},
      {"text", "its elements are text"},
      {"enumeration", "its elements are enumerations"},
      {"committed", "in \"type\" it is a committed datatype"},
      {"committed_use", "a committed datatype"},
      {"external", "its data are in other files"},
      {"virtual", "virtual datasets"},
      {"lzf", "the filter 32000 (lzf) is not supported; deflate and shuffle are"},
      {"fletcher32", "the filter 3 (fletcher32)"},
      {"dense_links", "the group's names are in a fractal heap"},
      {"dense_attributes", "the attributes are in a fractal heap"},
      {"new_chunks", "libver='latest'"},
      {"user_block", "expected an HDF5 file"}};
  for (const auto& [name, reason] : reasons) {
    const std::string path = small_files + "refused_" + name + ".h5";
    EXPECT_THAT(message_of<FileError>([&] { Hdf5File::read(path); }),
                AllOf(StartsWith("[read_hdf5] \"" + path + "\": "), HasSubstr(reason)));
  }
}

TEST(Hdf5, MissingFilesAndFolders) {
  EXPECT_THAT(message_of<FileError>([] { Hdf5File::read(small_files + "none"); }), HasSubstr("No such file"));
  EXPECT_THAT(message_of<FileError>([] { Hdf5File::read(small_files); }), HasSubstr("expected a file"));
  EXPECT_THAT(message_of<FileError>([] { Hdf5File::parse("", "nothing"); }),
              HasSubstr("\"nothing\": expected an HDF5"));
  EXPECT_THAT(message_of<FileError>([] { Hdf5File::read(small_files + "make_files.py"); }),
              HasSubstr("something else"));
}

}  // namespace
}  // namespace linnet
