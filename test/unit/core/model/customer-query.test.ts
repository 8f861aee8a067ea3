import { describe, expect, test } from 'vitest';
import { parseCustomerQuery } from '../../../../src/core/model/customer-query.ts';

describe('the query of a customer source', () => {
  test.each<[string, string, readonly string[]]>([
    ['SELECT id FROM c WHERE phone = :number', 'SELECT id FROM c WHERE phone = ?', ['number']],
    [
      'select id from c where id = :id or phone = :number ;',
      'select id from c where id = ? or phone = ?',
      ['id', 'number'],
    ],
    ['WITH a AS (SELECT 1) SELECT * FROM a WHERE b = :id', 'WITH a AS (SELECT 1) SELECT * FROM a WHERE b = ?', ['id']],
    ["SELECT ':id; -- ?' AS a FROM c WHERE p = :number", "SELECT ':id; -- ?' AS a FROM c WHERE p = ?", ['number']],
    [
      "SELECT 'it''s \\' :id' FROM `a:id` WHERE p = :number",
      "SELECT 'it''s \\' :id' FROM `a:id` WHERE p = ?",
      ['number'],
    ],
    ['SELECT id -- his :id\nFROM c WHERE p = :number', 'SELECT id  \nFROM c WHERE p = ?', ['number']],
    ['SELECT @a := 1 FROM c WHERE p = :number', 'SELECT @a := 1 FROM c WHERE p = ?', ['number']],
    ['SELECT * FROM into_it WHERE p = :number', 'SELECT * FROM into_it WHERE p = ?', ['number']],
  ])('%s', (text, sql, params) => {
    expect(parseCustomerQuery(text)).toEqual({ sql, params });
  });

  test.each([
    ['', 'it is no SELECT'],
    ['UPDATE c SET vip = 1 WHERE p = :number', 'it is no SELECT'],
    ['CALL find(:number)', 'it is no SELECT'],
    ['SELECT 1', 'neither :number nor :id is in it'],
    ["SELECT ':number'", 'neither :number nor :id is in it'],
    ['SELECT 1; DROP TABLE c', 'there are several statements (the ";" at character 9)'],
    ['SELECT a FROM c WHERE p = :phone', '":phone" at character 27 is not known: there are :number and :id'],
    ['SELECT a FROM c WHERE p = ?', '"?" at character 27 has no value: write :number or :id'],
    ["SELECT 'a FROM c WHERE p = :number", 'the quote at character 8 does not end'],
    ['SELECT /*! SQL_NO_CACHE */ a FROM c WHERE p = :number', 'the comment at character 8 could hide what it does'],
    ['SELECT a FROM c WHERE p = :number FOR UPDATE', '"for update" does more than read'],
    ["SELECT a FROM c WHERE p = :number INTO OUTFILE '/tmp/a'", '"into" does more than read'],
  ])('%s: %s', (text, fault) => {
    expect(parseCustomerQuery(text)).toBe(fault);
  });
});
