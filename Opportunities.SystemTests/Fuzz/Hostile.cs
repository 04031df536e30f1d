namespace Opportunities.SystemTests.Fuzz;

/// <summary>Values that programs stumble over.</summary>
internal static class Hostile
{
    /// <summary>Texts: injections into whatever might be behind, letters that are not what they seem, lengths about the limits.</summary>
    public static readonly string[] Texts =
    [
        // SQL, full-text queries, LIKE
        "'; DROP TABLE opportunities; --", "' OR '1'='1", "1; SELECT pg_sleep(60)", "%' AND (SELECT 1 FROM pg_sleep(60)) IS NOT NULL --",
        @"\'; SELECT 1; --", "$$", "$1", "@p0", "E'\\\\x00'", "%", "_", "\\", "%_\\%", "'", "\"", "''''", "a & | ! <-> ( : *", "!!!",
        "foo:*A", "( ( (", "-", "or", "\"a b", "<->",
        // Cells that a spreadsheet would run, and what breaks a CSV file
        "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "'=1+1", "a,b", "a\"b", "a\r\nb",
        // Headers and answers in two
        "a\r\nX-Injected: 1", "a\nX-Injected: 1\r\n\r\n<html>", "\u560d\u560aX-Injected: 1", "%0d%0aX-Injected:%201",
        // Files, addresses
        "../../../../../../etc/passwd", @"..\..\..\windows\win.ini", "....//....//etc/passwd", "%2e%2e%2f%2e%2e%2fetc/passwd",
        "/etc/passwd", "file:///etc/passwd", "C:\\", "\\\\server\\share", "con", ".", "..", "a/b",
        "http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:1/", "//example.com",
        // Pages, XML, templates, expressions, shells, LDAP
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)",
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>", "{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
        "${jndi:ldap://127.0.0.1/a}", "{0}{1}{2}", "{{", "}", "%s%s%n%d", "; sleep 60", "$(sleep 60)", "`sleep 60`", "| cat /etc/passwd",
        "*)(uid=*))(|(uid=*",
        // Unicode
        "\0", "a\0b", "\u0001", "\u0007", "\u001b[31m", "\u007f", "\u0085", "\u00a0", "\u00ad", "\u200b", "\u202egnp.exe", "\u2065",
        "\ufff5", "\U00013441", "\U00013442", "\u2800\u3164", "\U000e0080", "\u2028", "\ufeff", "\ufffd", "\ufffe", "\uffff",
        "\ufdd0", "\U0010ffff", "e\u0301", "a" + new string('\u0301', 500), "\ufdfa", "👨‍👩‍👧‍👦", "İıſK", "ß", "\ufb00", "１２３", "٣",
        "𝟙", "שלום", "日本語",
        // Blanks
        "", " ", "\t", "\r\n", "\u3000", " a ", "\u2003a\u2003",
        // Words
        "null", "undefined", "NaN", "Infinity", "true", "false", "__proto__", "constructor", "me", "*", "[]", "{}", "0", "-1",
        // Lengths
        new string('x', 100), new string('x', 101), new string('x', 200), new string('x', 201), new string('x', 255), new string('x', 256),
        new string('x', 1000), new string('x', 1001), new string('x', 10_000), new string('x', 10_001), "😀",
        string.Concat(Enumerable.Repeat("😀", 200)), string.Concat(Enumerable.Repeat("😀", 201)),
        new string('%', 3000), new string('\'', 3000), new string('(', 3000), new string(' ', 3000),
    ];

    /// <summary>Numbers, as JSON writes them and as it must not.</summary>
    public static readonly string[] Numbers =
    [
        "0", "-0", "-0.0", "-1", "1", "0.01", "0.001", "0.005", "0.1e-1", "0.1e0", "1E+2", "1e+0", "10e-1", "1e3", "9999999999999.99",
        "9999999999999.990", "9999999999999.991", "10000000000000", "2147483647", "2147483648", "-2147483648", "-2147483649", "4294967296",
        "9223372036854775807", "9223372036854775808", "18446744073709551616",
        "79228162514264337593543950335", "79228162514264337593543950336", "0.0000000000000000000000000001",
        "0.00000000000000000000000000001", "1e28", "1e29", "1e400", "1e-400", "1e999999999999",
        "1e-999999999999", "1.7976931348623157e308", "5e-324", "1" + new string('0', 500), "0." + new string('0', 500) + "1",
        "1." + new string('0', 500), "0e999", "01", "+1", ".5", "1.", "0x10", "1_000", "1,5", "NaN", "-Infinity", "Infinity", "1e", "--1",
        "1.1.1", "٣",
    ];

    /// <summary>Times about the edges of days, years, offsets, calendars and of the format.</summary>
    public static readonly string[] Times =
    [
        "1900-01-01T00:00:00Z", "1899-12-31T23:59:59.999999Z", "1900-01-01T00:00:00+14:00", "2999-12-31T23:59:59.999999Z",
        "3000-01-01T00:00:00Z", "2999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-14:00", "0000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z", "2016-12-31T23:59:60Z", "2023-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "2023-13-01T00:00:00Z",
        "2023-00-10T00:00:00Z", "2023-01-32T00:00:00Z", "2023-01-01T24:00:00Z", "2023-01-01T23:60:00Z",
        "2023-06-01T00:00:00+14:00", "2023-06-01T00:00:00+14:01", "2023-06-01T00:00:00-00:00", "2023-06-01T00:00:00+24:00",
        "2023-06-01T00:00:00+99:99", "2023-06-01t00:00:00z", "2023-06-01T00:00:00,5Z", "2023-06-01T00:00:00.Z",
        "2023-06-01T00:00:00.123456Z", "2023-06-01T00:00:00.1234567Z", "2023-06-01T00:00:00.0000000Z", "2023-06-01 00:00:00Z",
        "2023-06-01T00:00Z", "20230601T000000Z", "2023-06-01", "2023-W22-4", "2023-152", "1685577600", "infinity", "-infinity", "now",
        "epoch", "tomorrow", "2023-06-01T00:00:00", "2023-06-01T00:00:00Z\n", " 2023-06-01T00:00:00Z",
        "٢٠٢٣-06-01T00:00:00Z", "2023-06-01T00:00:00[Europe/Berlin]", "Thu, 01 Jun 2023 00:00:00 GMT",
    ];

    /// <summary>JSON values of the wrong kind, malformed ones among them.</summary>
    public static readonly string[] Json =
    [
        "null", "true", "false", "[]", "{}", "[[]]", "[\"a\"]", "{\"a\":1}", "0", "1.5", "\"\"", "\"text\"", "\"\\ud800\"",
        "\"\\udc00\\ud800\"", "\"a\\u0000b\"", "\"\\x41\"", "\"\\u12\"", "\"open", "'single'",
        "\"\u0001\"", "\"tab\there\"", "\"line\nbreak\"", "undefined", "TRUE", "nul", "[1,2", "{\"a\":", "/* comment */ 1", "1 // comment",
        "", ",", new string('[', 20) + new string(']', 20), new string('[', 5000),
        string.Concat(Enumerable.Repeat("{\"a\":", 15)) + "1" + new string('}', 15),
    ];

    /// <summary>Bytes that are no UTF-8: continuation without a beginning, overlong, a surrogate, beyond Unicode, cut off.</summary>
    public static readonly byte[][] NotUtf8 =
    [
        [0x80], [0xFF], [0xFE, 0xFF], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
        [0xF8, 0x88, 0x80, 0x80, 0x80], [0xE2, 0x82],
    ];

    /// <summary>What stands in a query and is no percent-encoded UTF-8.</summary>
    public static readonly string[] BrokenEscapes =
        ["%", "%4", "%zz", "%%41", "%u0041", "%FF", "%C3", "%C3a", "%A9", "%C0%AF", "%ED%A0%80", "%F4%90%80%80", "%E2%82"];

    /// <summary>Conditions that are no list of entity tags, and not <c>*</c>.</summary>
    public static readonly string[] NoTags = ["", "1", "\"", "\"1", ",", "*, \"1\"", "\"1\", *", "'1'", "\"1\" \"2\"", ",,,", "W/1"];

    /// <summary>Names of skills, each row in spellings that differ in nothing but case.</summary>
    public static readonly string[][] Skills =
    [
        ["Ada", "ADA", "ada"], ["ΣΑΣ", "σας", "σασ", "Σας"], ["Straße", "STRASSE", "STRAẞE", "straſſe"], ["Oﬃce", "OFFICE", "oﬀice"],
        ["İ", "i\u0307", "I\u0307"], ["µ", "μ", "Μ"], ["ᾳ", "αι", "ΑΙ"], ["Å", "å", "A\u030a", "\u212b"], ["k", "\u212a"], ["և", "ԵՒ"],
        ["ǆ", "ǅ", "Ǆ"], ["ᏸ", "Ᏸ"], ["𐐨", "𐐀"], ["ı"], ["é", "É"], ["e", "E"],
    ];

    /// <summary>Headers of a request for a file: conditions, and parts of it.</summary>
    public static readonly string[] FileHeaders =
    [
        "Range: bytes=0-3", "Range: bytes=-1", "Range: bytes=2999-", "Range: bytes=3000-", "Range: bytes=99999999999-",
        "Range: bytes=0-0,2-2", "Range: bytes=-0", "Range: lines=1", "Range: bytes=5-1", "Range: ",
        "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT", "If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT", "If-Range: x",
        "If-Range: \"x\"", "If-Range: Thu, 01 Jan 2099 00:00:00 GMT", "If-None-Match: *",
        "If-None-Match: \"x\"", "If-None-Match: x", "If-Match: *", "If-Match: \"x\"", "If-Match: x", "Cache-Control: only-if-cached",
        "Accept: text/html", "Accept-Encoding: gzip", "Origin: null",
    ];

    /// <summary>Headers that are well-formed for the server, whatever their value means.</summary>
    public static readonly (string Name, string[] Values)[] Headers =
    [
        ("Accept",
            [
                "", "*/*", "application/json", "application/*;q=0.1", "text/html", "application/json;q=0", "application/json;q=2", "*/json",
                "application", ";", ",", "application/json, */*;q=", "text/csv", "*/*;q=0, application/json", "application/problem+json",
            ]),
        ("If-Match",
            [
                "", "*", "\"1\"", "W/\"1\"", "1", "\"1\", \"2\"", "\"1-gzip\"", "W/\"1;br\"", "\"\"", "\"", "\"1", ",",
                "\"99999999999999999999\"", "\"-1\"", "*, \"1\"", "\"a\\\"b\"", "'1'",
            ]),
        ("If-None-Match", ["", "*", "\"1\"", "W/\"1\"", "1", "\"1\",", "\"", "\"1\" \"2\"", ",,,"]),
        ("If-Modified-Since", ["Thu, 01 Jan 2099 00:00:00 GMT", "never", "0"]),
        ("If-Unmodified-Since", ["Thu, 01 Jan 1970 00:00:00 GMT", "never"]),
        ("If-Range", ["\"1\"", "x"]),
        ("Range", ["bytes=0-1", "bytes=-1", "bytes=0-,0-,0-,0-", "bytes=99999999999999999999-", "lines=1", "bytes"]),
        ("Idempotency-Key", ["", " ", "key", "key with blanks", "\"quoted\"", "a\tb", "../../x", "' OR 1=1 --", "=1+1"]),
        ("X-Request-ID", ["", "a", "has space", "<script>", "' OR 1=1 --", "..", "a\tb", "%0d%0aX-Injected: 1", "{0}"]),
        ("Accept-Encoding", ["gzip, br", "gzip", "br;q=0, *", "identity;q=0", "*;q=0", "gzip;q=2", "x", ",", ""]),
        ("Accept-Language", ["xx", "de;q=9", "*"]),
        ("Accept-Charset", ["utf-16", "*;q=0"]),
        ("Expect", ["200-ok", "100-continue, x"]),
        ("Origin", ["null", "https://evil.example", "x"]),
        ("Access-Control-Request-Method", ["DELETE", "x y"]),
        ("Access-Control-Request-Headers", ["authorization", ","]),
        ("Cookie", ["a=b", "=;;=", "\"", "session=../../x"]),
        ("Forwarded", ["for=127.0.0.1;host=evil.example;proto=https", "x"]),
        ("X-Forwarded-For", ["127.0.0.1", "1.1.1.1, 2.2.2.2", "x", "::1"]),
        ("X-Forwarded-Host", ["evil.example", "a:b:c"]),
        ("X-Forwarded-Proto", ["https", "gopher"]),
        ("X-Forwarded-Prefix", ["/x", ".."]),
        ("X-Original-URL", ["/health"]),
        ("X-Rewrite-URL", ["/health"]),
        ("X-HTTP-Method-Override", ["DELETE", "x"]),
        ("Prefer", ["return=minimal", ";"]),
        ("Upgrade", ["websocket", "h2c", "TLS/1.0"]),
        ("TE", ["trailers", "x"]),
        ("Via", ["1.1 a", ""]),
        ("Max-Forwards", ["0", "x"]),
        ("Cache-Control", ["only-if-cached", "no-cache", "max-age=x", "no-store"]),
        ("Pragma", ["no-cache"]),
        ("Content-Language", ["x"]),
        ("Content-Range", ["bytes 0-1/2", "x"]),
        ("Content-Disposition", ["attachment; filename=\"../x\""]),
        ("Content-MD5", ["x"]),
        ("Date", ["yesterday"]),
        ("From", ["x@"]),
        ("traceparent",
            [
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "ff-x-y-z",
                "00-00000000000000000000000000000000-0000000000000000-00",
                "x",
            ]),
        ("tracestate", ["a=b", ",,,=", "="]),
        ("baggage", ["a=b", "=;,", "a=%zz"]),
        ("Sec-Fetch-Site", ["cross-site"]),
        ("Sec-WebSocket-Key", ["x"]),
        ("User-Agent", ["", "() { :; }; echo x", "sqlmap"]),
        ("Referer", ["javascript:alert(1)", "//"]),
    ];

    /// <summary>Header lines that a server must refuse, or may.</summary>
    public static readonly string[] HeaderLines =
    [
        "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity", "Transfer-Encoding: x",
        "Transfer-Encoding: chunked, chunked", "Content-Length: 1", "Content-Length: 0",
        "Content-Length: -1", "Content-Length: +5", "Content-Length: 5, 5", "Content-Length: 0x10", "Content-Length: 99999999999999999999",
        "Content-Length: ", "Content-Length: 1e3", "Host: a", "Host: evil.example:99999", "Host: a b", "Host: ",
        "Connection: close, X-Request-ID", "Connection: upgrade", " folded: yes", "Name without colon", ": no name", "Bad Name: x",
        "Bad@Name: x", "X: a\rb", "X: \0", "X: \u0001", "X: \u00ff", "Authorization: Bearer \u00e9", "Idempotency-Key: \u00e9",
        "X-Request-ID: \u0001", "Content-Type: \u00ff",
    ];

    /// <summary>Media types of bodies: the right one with additions, and others.</summary>
    public static readonly string[] MediaTypes =
    [
        "", "application/json; charset=utf-8", "application/json; charset=\"UTF-8\"", "application/json; charset=utf-16",
        "application/json; charset=iso-8859-1", "application/json; charset=", "application/json;", "application/json; a=b",
        "application/json; charset=utf-8; charset=utf-16", "APPLICATION/JSON", "text/json", "application/problem+json",
        "application/vnd.api+json", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x",
        "application/xml", "text/xml", "text/plain", "text/csv", "text/csv; charset=utf-8; header=present", "text/csv; charset=utf-7",
        "application/octet-stream", "application", "/", "*/*", "application/json, text/csv", "application/json\tx",
    ];

    /// <summary>Paths beside the documented ones.</summary>
    public static readonly string[] Paths =
    [
        "/", "//", "/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/opportunities", "/API/V1/OPPORTUNITIES", "/api/v1/opportunities/",
        "/api/v1//opportunities", "/api/v1/opportunities/..", "/api/v1/opportunities/../opportunities",
        "/api/v1/opportunities/%2e%2e/opportunities", "/api/v1/opportunities/%2e%2e%2f%2e%2e%2f", "/api/v1/opportunities%00",
        "/api/v1/opportunities/%00", "/api/v1/opportunities/%", "/api/v1/opportunities/%zz", "/api/v1/opportunities/%ff",
        "/api/v1/opportunities/%c0%ae", "/api/v1/opportunities/%ed%a0%80", "/api/v1/opportunities;a=b", "/api/v1/opportunities/;/",
        "/api/v1/opportunities\\..\\", "/api/v1/opportunities/summary/", "/api/v1/opportunities/export/x",
        "/api/v1/opportunities/import/history", "/api/v1/opportunities/00000000-0000-0000-0000-000000000000",
        "/api/v1/opportunities/{00000000-0000-0000-0000-000000000000}", "/api/v1/opportunities/00000000000000000000000000000000",
        "/api/v1/opportunities/FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "/api/v1/opportunities/1", "/api/v1/opportunities/-1",
        "/api/v1/opportunities/'", "/api/v1/opportunities/%27%20OR%201=1", "/api/v1/opportunities/%0d%0aX-Injected:%201",
        "/files/", "/files/x", "/files/..%2f..%2fetc%2fpasswd", "/files/%2e%2e", "/files/CfDJ8", "/files/" + new string('A', 5000),
        "/health", "/health/", "/health/x", "/health/detailed/", "/alive", "/openapi/v1.json", "/openapi/v2.json",
        "/openapi/..%2fv1.json", "/docs", "/docs/", "/docs/..%2f", "/.env", "/.git/config", "/appsettings.json", "/web.config", "/metrics",
        "/swagger", "/favicon.ico", "/robots.txt", "/server-status", "/actuator/env", "/oauth2/token",
        "/api/v1/opportunities/" + new string('a', 7000), "/" + new string('/', 3000), "/" + string.Concat(Enumerable.Repeat("a/", 1000)),
        "*", "http://evil.example/api/v1/opportunities", "/api/v1/opportunities#x", "/api/v1/\u00e9", "/api/v1/opportunities/%E2%82%AC",
    ];

    /// <summary>Queries in forms that parsers disagree about.</summary>
    public static readonly string[] Queries =
    [
        "?", "??", "?=", "?&", "?&&&", "?=1", "?page", "?page=", "?page&page", "?page=0&page=0", "?PAGE=0", "?page=%30", "?page=0%00",
        "?page=%", "?page=%zz", "?page=%ff", "?q=%ed%a0%80", "?q=%u0041", "?q=+", "?q=%2B", "?q=a;b", "?q[]=a",
        "?q[$ne]=a", "?page[]=1", "?page.x=1", "?status=DRAFT,SUBMITTED", "?status=DRAFT&status=DRAFT", "?status=DRAFT&status=", "?a=b#c",
        "?%00=1", "?%ff=1", "?\u00e9=1", "?__proto__=1", "?access_token=x", "?size=20&size=21", "?cursor=&size=1",
        "?page=0;size=1", "?page=0&amp;size=1", "?sort_by=id;DROP TABLE opportunities", "?sort_by=created_at,title", "?sort_direction=ASC",
        "?page=1e1", "?page=+1", "?page=%201", "?page=0x1", "?page=10000000", "?page=10000001",
        "?page=2147483647&size=100", "?fields=", "?fields=,", "?fields=title,title", "?fields=title,Status", "?fields=id;title",
        "?fields=title&fields=status", "?fields=search_vector", "?fields=*",
        "?created_by=%00", "?q=%00", "?client_name=%00", "?q=" + "%F0%9F%98%80",
    ];
}
