using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Opportunities.Data.Migrations
{
    /// <summary>
    /// What a search compares: <c>search_words</c> of the texts of a row, which a trigger keeps in <c>search_vector</c>, and
    /// <c>search_query</c> of what is looked for. Rows that are there already are left to the next migration; until then they are found
    /// as before.
    /// </summary>
    public partial class SearchWords : Migration
    {
        // Accents, marks of vowels that most leave out, and what is not seen. Explicit ranges: classes differ between locales.
        private const string Marks =
            @"\u00AD\u0300-\u036F\u0483-\u0489\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u0640\u064B-\u065F"
            + @"\u0670\u06D6-\u06DC\u200B-\u200F\u2060-\u2064\uFE00-\uFE0F\uFEFF";

        // What parts words outside ASCII, and symbols.
        private const string Separators =
            @"\u0080-\u00A9\u00AB-\u00B4\u00B6-\u00B9\u00BB-\u00BF\u00D7\u00F7\u02C2-\u02DF\u037E\u0387\u0589\u058A\u05BE\u05C0\u05C3"
            + @"\u05C6\u05F3\u05F4\u060C\u061B\u061E\u061F\u066A-\u066D\u06D4\u0964\u0965\u1400\u2000-\u2BFF\u2E00-\u3004\u3008-\u3020"
            + @"\u3030\u303D\u30A0\u30FB\uA4FE\uA4FF\uD800-\uF8FF\uFD3E\uFD3F\uFE10-\uFE6F\uFF00-\uFF0F\uFFE0-\uFFFF\U0001F000-\U0001FAFF";

        // Written without spaces (Thai, Lao, Burmese, Khmer, Chinese, Japanese): each letter is a word.
        private const string Unspaced =
            @"\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u3005-\u3007\u3021-\u302F\u3031-\u303C\u3040-\u309F\u30A1-\u30FA"
            + @"\u30FC-\u312F\u31A0-\u31BF\u31F0-\u31FF\u3400-\u9FFF\uF900-\uFAFF\U0001B000-\U0001B16F\U00020000-\U0003FFFF";

        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("CREATE EXTENSION IF NOT EXISTS unaccent");
            // # and + at the end of a word (C#, C++) become letters that nobody writes (clicks of Khoisan languages).
            migrationBuilder.Sql(
                $"""
                CREATE FUNCTION search_fold(value text) RETURNS text LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
                BEGIN
                  -- Most of what Latin scripts have beyond ASCII is ASCII now; the dear steps are for the others.
                  IF octet_length(value) > char_length(value) THEN
                    value := lower(unaccent('unaccent', regexp_replace(value COLLATE "C", '[{Marks}]+', '', 'g')) COLLATE "und-x-icu");
                  END IF;
                  IF octet_length(value) > char_length(value) THEN
                    value := unaccent('unaccent', regexp_replace(normalize(value, NFKD) COLLATE "C", '[{Marks}]+', '', 'g'));
                    value := translate(normalize(lower(value COLLATE "und-x-icu"), NFC), 'ς', 'σ');
                    value := regexp_replace(value COLLATE "C", '[{Separators}]+', ' ', 'g');
                    value := regexp_replace(value COLLATE "C", '([{Unspaced}])', ' \1 ', 'g');
                  END IF;
                  IF strpos(value, '#') > 0 OR strpos(value, '+') > 0 THEN
                    value := regexp_replace(value COLLATE "C", '[#+]+(?=[[:alnum:]])|(^|[^[:alnum:]#+])[#+]+', '\1 ', 'g');
                    value := translate(value, '#+', 'ǂǁ');
                  END IF;
                  RETURN regexp_replace(value COLLATE "C", '[-/._@''&<>]', ' ', 'g');
                END
                $$;
                COMMENT ON FUNCTION search_fold IS 'A text without case, accents and width, whose words stand apart';

                CREATE FUNCTION search_words(value text) RETURNS tsvector LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
                DECLARE
                  plain tsvector := to_tsvector('simple', value);
                  words tsvector;
                BEGIN
                  IF octet_length(value) = char_length(value) AND value COLLATE "C" !~ '[-/._@''&]\w|[#+<]' THEN RETURN plain; END IF;
                  words := to_tsvector('simple', search_fold(value));
                  -- And what the release before looks for; with places, as a phrase would not be found beside a word that has none.
                  RETURN words || ts_delete(plain, tsvector_to_array(words));
                END
                $$;
                COMMENT ON FUNCTION search_words IS 'The words that a text is found by, in their order';

                CREATE FUNCTION search_vector_of(title text, client_name text, description text) RETURNS tsvector
                LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
                BEGIN
                  RETURN setweight(search_words(title), 'A') || setweight(search_words(client_name), 'B')
                    || setweight(search_words(description), 'C');
                END
                $$;
                COMMENT ON FUNCTION search_vector_of IS 'What opportunities.search_vector holds';

                CREATE FUNCTION search_query(terms text[]) RETURNS tsquery LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
                DECLARE
                  term text;
                  words text;
                BEGIN
                  FOREACH term IN ARRAY terms LOOP
                    term := search_fold(term);
                    IF term COLLATE "C" !~ '[a-zA-Z0-9]|[^\x01-\x7f]' THEN CONTINUE; END IF;
                    term := phraseto_tsquery('simple', term)::text;
                    IF term <> '' THEN words := concat_ws(' & ', words, term || ':*'); END IF;
                  END LOOP;
                  RETURN words::tsquery;
                END
                $$;
                COMMENT ON FUNCTION search_query IS
                  'Holds for texts with every term: its parts side by side, the last one begun; null without a word';

                CREATE FUNCTION search_rank(terms text[]) RETURNS tsquery LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE AS $$
                DECLARE
                  words text := replace(replace(search_query(terms)::text, '<->', '|'), '&', '|');
                BEGIN
                  RETURN (words || ' | ' || replace(words, ':*', ''))::tsquery;
                END
                $$;
                COMMENT ON FUNCTION search_rank IS 'What found texts are ranked by: words that begin so, and once more those that are it';

                CREATE FUNCTION set_search_vector() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  NEW.search_vector := search_vector_of(NEW.title, NEW.client_name, NEW.description);
                  RETURN NEW;
                END
                $$;
                """);
            // Both keep what the column has, and change the catalogue alone. Always: rows that a replica copies are searched too.
            migrationBuilder.Sql(
                """
                ALTER TABLE opportunities ALTER COLUMN search_vector DROP EXPRESSION;

                CREATE TRIGGER set_search_vector BEFORE INSERT OR UPDATE OF title, client_name, description ON opportunities
                FOR EACH ROW EXECUTE FUNCTION set_search_vector();

                ALTER TABLE opportunities ENABLE ALWAYS TRIGGER set_search_vector;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP TRIGGER set_search_vector ON opportunities;
                DROP FUNCTION set_search_vector(), search_rank, search_query, search_vector_of, search_words, search_fold;
                ALTER TABLE opportunities DROP COLUMN search_vector;
                ALTER TABLE opportunities ADD COLUMN search_vector tsvector GENERATED ALWAYS AS (
                  setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', client_name), 'B')
                  || setweight(to_tsvector('simple', description), 'C')) STORED;
                CREATE INDEX ix_opportunities_search ON opportunities USING gin (search_vector) WHERE deleted_at IS NULL;
                """);
        }
    }
}
