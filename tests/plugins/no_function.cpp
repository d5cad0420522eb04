extern "C" int nothing_of_use() { return 1; }
