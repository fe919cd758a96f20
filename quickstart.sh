#!/bin/sh
# From a fresh clone to a network that has learned to read digits: installs what building needs, builds, trains.
# Options go to the training:  ./quickstart.sh --seed 1   ./quickstart.sh --hidden 128 --epochs 5
set -eu
cd "$(dirname "$0")"
. tools/packages.sh

# In Chinese with --lang zh, or where the system speaks it.
case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} $*" in
  zh* | *"--lang zh"* | *"--lang=zh"*) chinese=1 ;;
  *) chinese="" ;;
esac

install_packages $build_packages

# The tests, if test.sh has configured them, stay configured; they are not built here.
[ -f build/CMakeCache.txt ] || cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DLINNET_BUILD_TESTS=OFF >/dev/null
if [ -n "$chinese" ]; then echo "正在编译 Linnet（第一次需要几分钟）……"; else echo "Building Linnet (the first time takes some minutes) …"; fi
cmake --build build --target linnet_command first_network

echo
build/linnet train mnist --hidden 64 --epochs 10 --batch-size 64 --show 6 --out runs/first_network "$@"

if [ -n "$chinese" ]; then
  cat <<'END'

接下来可以看看：
  report.html                                       刚才的训练报告：上面写着保存在哪个文件夹，用浏览器打开
  build/linnet predict runs/first_network/model.safetensors mnist:0-3
                                                    让刚训练好的网络认几张图片，也可以换成你自己的图片
  docs/zh/tutorial.md                               教程《你的第一个神经网络（C++ 版）》
  examples/first_network.cpp                        同一个网络，写成二十行的程序
  build/linnet train mnist --hidden 256,128         更大的网络；build/linnet train --help 列出全部选项
  README.zh.md                                      Linnet 是什么
  ./test.sh                                         全部测试
END
  exit
fi
cat <<'END'

What to look at next:
  report.html                                       the report of this training, in the folder named above: open it in a
                                                    browser
  build/linnet predict runs/first_network/model.safetensors mnist:0-3
                                                    what the network makes of some images, or of your own picture
  docs/tutorial.md                                  your first neural network, step by step
  examples/first_network.cpp                        the same network as a program of twenty lines
  build/linnet train mnist --hidden 256,128         a larger one; build/linnet train --help lists the options
  README.md (README.zh.md)                          what Linnet is; docs/architecture.md: how it is built
  ./test.sh                                         all tests
END
