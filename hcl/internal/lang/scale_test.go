package lang_test
