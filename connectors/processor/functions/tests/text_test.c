/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of text, bytes, regular expressions, JSON and URLs. */
#include "connectors/processor/functions/tests/expression_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void text_is_joined_and_cut(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"CONCAT(S, NULL, '!')", "STRING \"a\xc3\xa4\xf0\x9f\x90\x9f z!\""},
        {"CONCAT_WS('-', 'a', NULL, 'b')", "STRING \"a-b\""},
        {"LEN(S)", "INTEGER 6"},
        {"SUBSTRING(S, 2, 1)", "STRING \"\xc3\xa4\""},
        {"SUBSTRING(S, -1)", "STRING \"z\""},
        {"SUBSTRING('abc', 9, 1)", "STRING \"\""},
        {"LPAD('abc', 5, 'xy')", "STRING \"xyabc\""},
        {"RPAD('abc', 2, 'xy')", "STRING \"ab\""},
        {"LPAD('abc', -1, 'xy')", "STRING null"},
        {"INSTR('corporate floor', 'or')", "INTEGER 2"},
        {"INSTR('corporate floor', 'or', 3)", "INTEGER 5"},
        {"INSTR('corporate floor', 'or', 1, 3)", "INTEGER 14"},
        {"INSTR('corporate floor', 'or', -4, 2)", "INTEGER 2"},
        {"INSTR('abc', 'z')", "INTEGER 0"},
        {"INITCAP('  hELLO wORLD')", "STRING \"Hello World\""},
        {"TRIM('  a b ')", "STRING \"a b\""},
        {"REPLACE('banana', 'an', 'o')", "STRING \"booa\""},
        {"CHR(120)", "STRING \"x\""},
        {"CHR('\\u004b\\u004C')", "STRING \"KL\""},
        {"ELT(2, 'a', 'b')", "STRING \"b\""},
        {"ELT(3, 'a', 'b')", "STRING null"},
        {"FIELD('b', 'a', 'b')", "INTEGER 2"},
        {"SPLIT('a,,b', ',')", "ARRAY<STRING> [\"a\",\"\",\"b\"]"},
        {"SPLIT('ab', '')", "ARRAY<STRING> [\"a\",\"b\"]"},
        {"MASK('AndroidCat_17')", "STRING \"XxxxxxxXxx-nn\""},
        {"MASK('Ab1', NULL, '*', '#', NULL)", "STRING \"A*#\""},
        {"MASK_LEFT('Abc', 2)", "STRING \"Xxc\""},
        {"MASK_KEEP_RIGHT('Abc', 1)", "STRING \"Xxc\""},
        {"MASK_RIGHT('Abc', -1)", "failed: masking requires"},
    };
    expression_case_row("{\"S\":\"a\xc3\xa4\xf0\x9f\x90\x9f z\"}");
    EXPRESSION_CASES(cases);
}

static void bytes_have_encodings(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"ENCODE('4578616d706C6521', 'hex', 'ascii')", "STRING \"Example!\""},
        {"ENCODE('0xabc', 'hex', 'base64')", "STRING \"Crw=\""},
        {"ENCODE('Example!', 'utf8', 'hex')", "STRING \"4578616d706c6521\""},
        {"MD5('')", "STRING \"d41d8cd98f00b204e9800998ecf8427e\""},
        {"MD5('message digest')", "STRING \"f96b697d7cb7938d525a2f31aaf161d0\""},
        {"MD5('1234567890123456789012345678901234567890123456789012345678901234567890')",
         "STRING \"689de1e396ad9c089ae2b9aaffd6faf7\""},
        {"ENCODE('zz', 'hex', 'utf8')", "failed: the text is not hexadecimal"},
        {"ENCODE('a', 'utf9', 'hex')", "failed: Supported encodings"},
        {"FROM_BYTES(TO_BYTES('21', 'hex'), 'ascii')", "STRING \"!\""},
        {"FROM_BYTES(TO_BYTES('ab', 'ascii'), 'HEX')", "STRING \"6162\""},
        {"INT_FROM_BYTES(TO_BYTES('00000102', 'hex'))", "INTEGER 258"},
        {"INT_FROM_BYTES(TO_BYTES('02010000', 'hex'), 'LITTLE_ENDIAN')", "INTEGER 258"},
        {"INT_FROM_BYTES(TO_BYTES('0102', 'hex'))", "failed: the number of bytes"},
        {"DOUBLE_FROM_BYTES(TO_BYTES('3FF8000000000000', 'hex'))", "DOUBLE 1.5"},
        {"LEN(UUID())", "INTEGER 36"},
    };
    expression_case_row("{}");
    EXPRESSION_CASES(cases);
}

static void regular_expressions_match_as_in_java(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"REGEXP_EXTRACT('(.*) (.*)', 'hello there', 2)", "STRING \"there\""},
        {"REGEXP_EXTRACT('x', 'hello')", "STRING null"},
        {"REGEXP_EXTRACT('(', 'hello')", "failed: Invalid regular expression"},
        {"REGEXP_EXTRACT('\\u0065', 'hello')", "STRING \"e\""},
        {"REGEXP_EXTRACT_ALL('a.', 'abacad')", "ARRAY<STRING> [\"ab\",\"ac\",\"ad\"]"},
        {"REGEXP_EXTRACT_ALL('a(.)', 'abac', 2)", "ARRAY<STRING> null"},
        {"REGEXP_REPLACE('baababaa', '(ab)+', '<$1>')", "STRING \"ba<ab>aa\""},
        {"REGEXP_REPLACE('abc', '', '-')", "STRING \"-a-b-c-\""},
        {"REGEXP_REPLACE('abc', 'b', '$1')", "failed: Illegal group reference"},
        {"REGEXP_SPLIT_TO_ARRAY('aabcda', '(ab|cd)')", "ARRAY<STRING> [\"a\",\"\",\"a\"]"},
        {"REGEXP_SPLIT_TO_ARRAY('abc', '')", "ARRAY<STRING> [\"a\",\"b\",\"c\"]"},
        {"REGEXP_EXTRACT('(a+)+$', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab')",
         "failed: the regular expression takes too long"},
    };
    expression_case_row("{}");
    EXPRESSION_CASES(cases);
}

static void json_is_looked_into(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"EXTRACTJSONFIELD(S, '$.a[1].b')", "STRING \"{\\\"c\\\":1}\""},
        {"EXTRACTJSONFIELD(S, '$[\"a\"][0]')", "STRING \"x\""},
        {"EXTRACTJSONFIELD(S, '$.nothing')", "STRING null"},
        {"EXTRACTJSONFIELD('{', '$.a')", "failed: Invalid JSON format"},
        {"EXTRACTJSONFIELD('{}', 'a')", "failed: Invalid JSON path"},
        {"IS_JSON_STRING('[1,2]')", "BOOLEAN true"},
        {"IS_JSON_STRING('')", "BOOLEAN false"},
        {"JSON_ARRAY_CONTAINS('[1, \"a\", 2.5]', 'a')", "BOOLEAN true"},
        {"JSON_ARRAY_CONTAINS('[1.0]', 1)", "BOOLEAN false"},
        {"JSON_ARRAY_LENGTH('[1, [2, 3]]')", "INTEGER 2"},
        {"JSON_ARRAY_LENGTH('{}')", "INTEGER null"},
        {"JSON_CONCAT('{\"a\": 1}', '{\"a\": 2, \"b\": 3}')",
         "STRING \"{\\\"a\\\":2,\\\"b\\\":3}\""},
        {"JSON_CONCAT('[1]', '2', '{}')", "STRING \"[1,2,{}]\""},
        {"JSON_ITEMS('[{\"a\": 1}, {}]')", "ARRAY<STRING> [\"{\\\"a\\\":1}\",\"{}\"]"},
        {"JSON_KEYS('{\"b\": 1, \"a\": 2}')", "ARRAY<STRING> [\"b\",\"a\"]"},
        {"JSON_RECORDS('{\"a\": \"x\"}')", "MAP<STRING, STRING> {\"a\":\"x\"}"},
        {"TO_JSON_STRING(MAP('b' := 1, 'a' := 2))", "STRING \"{\\\"a\\\":2,\\\"b\\\":1}\""},
        {"TO_JSON_STRING(I)", "STRING \"null\""},
    };
    expression_case_row("{\"S\":\"{\\\"a\\\": [\\\"x\\\", {\\\"b\\\": {\\\"c\\\": 1}}]}\"}");
    EXPRESSION_CASES(cases);
}

static void urls_have_parts(void **state)
{
    (void)state;
    static const struct expression_case cases[] = {
        {"URL_EXTRACT_HOST(S)", "STRING \"example.com\""},
        {"URL_EXTRACT_PORT(S)", "INTEGER 8080"},
        {"URL_EXTRACT_PATH(S)", "STRING \"/a b\""},
        {"URL_EXTRACT_PROTOCOL(S)", "STRING \"http\""},
        {"URL_EXTRACT_QUERY(S)", "STRING \"q=1&r=x=y&s\""},
        {"URL_EXTRACT_FRAGMENT(S)", "STRING \"f\""},
        {"URL_EXTRACT_PARAMETER(S, 'r')", "STRING \"x=y\""},
        {"URL_EXTRACT_PARAMETER(S, 's')", "STRING \"\""},
        {"URL_EXTRACT_PARAMETER(S, 't')", "STRING null"},
        {"URL_EXTRACT_PATH('http://host')", "STRING \"\""},
        {"URL_EXTRACT_PORT('http://host')", "INTEGER null"},
        {"URL_EXTRACT_HOST('a b')", "failed: URL input has invalid syntax"},
        {"URL_ENCODE_PARAM('a b&\xc3\xa4')", "STRING \"a+b%26%C3%A4\""},
        {"URL_DECODE_PARAM('a+b%26')", "STRING \"a b&\""},
        {"URL_DECODE_PARAM('%4')", "failed: URLDecoder"},
        {"GEO_DISTANCE(37.4439, -122.1663, 51e0, 0, 'KM')", "DOUBLE 8682.459061368269"},
        {"GEO_DISTANCE(91e0, 0, 0, 0)", "failed: latitudes"},
    };
    expression_case_row("{\"S\":\"http://me:pw@example.com:8080/a%20b?q=1&r=x=y&s#f\"}");
    EXPRESSION_CASES(cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_joined_and_cut),
        cmocka_unit_test(bytes_have_encodings),
        cmocka_unit_test(regular_expressions_match_as_in_java),
        cmocka_unit_test(json_is_looked_into),
        cmocka_unit_test(urls_have_parts),
    };
    return cmocka_run_group_tests(tests, expression_case_setup, expression_case_teardown);
}
