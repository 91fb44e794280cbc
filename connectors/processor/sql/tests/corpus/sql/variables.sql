DEFINE a='b';CREATE STREAM ${a} (x STRUCT<>) WITH(K='${a}');/* */--x
SET 'a'='b'