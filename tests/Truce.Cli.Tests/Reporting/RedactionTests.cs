using System.Text;
using System.Text.Json;
using Truce.Cli.Reporting;

namespace Truce.Cli.Tests.Reporting;

public sealed class RedactionTests
{
    private static readonly Redaction s_redaction = new(["hunter2", "a&b\"c'd", "zwei\nZeilen", "x9",
        "1000"]);

    [Theory]
    [InlineData("login as bob with hunter2 failed", "login as bob with ******** failed")]
    [InlineData("<nvpair id=\"i\" name=\"port\" value=\"a&amp;b&quot;c'd\"/>",
        "<nvpair id=\"i\" name=\"port\" value=\"********\"/>")]
    [InlineData("<text>a&amp;b\"c'd</text>", "<text>********</text>")]
    [InlineData("""{"said":"a&b\"c'd"}""", """{"said":"********"}""")]
    [InlineData("the line Zeilen stands alone", "the line ******** stands alone")]
    [InlineData("x9 and y=x9, but not ax9 or x9a", "******** and y=********, but not ax9 or x9a")]
    [InlineData("passwd=other stays here", "passwd=******** stays here")]
    [InlineData("OCF_RESKEY_key='two words' next", "OCF_RESKEY_key='********' next")]
    [InlineData("\"db_password\": \"a \\\"b\\\"\", \"port\": 1",
        "\"db_password\": \"********\", \"port\": 1")]
    [InlineData("totem.key (str) totem.key = abc", "totem.key (str) totem.key = ********")]
    [InlineData("options=\"user=u,password=p,q\"", "options=\"user=u,password=********\"")]
    [InlineData("fence_ipmilan --password abc --ip 10.0.0.1",
        "fence_ipmilan --password ******** --ip 10.0.0.1")]
    [InlineData("fence_ipmilan --password --ip", "fence_ipmilan --password --ip")]
    [InlineData("http://u:p@host/ and http://host:80/", "http://u:********@host/ and http://host:80/")]
    [InlineData("Authorization: Bearer abcdef.ghi", "Authorization: Bearer ********")]
    [InlineData("<nvpair name='passwd' id='i' value='v'/>",
        "<nvpair name='passwd' id='i' value='********'/>")]
    [InlineData("<nvpair value=\"v\" id=\"i\" name=\"passwd\"/>",
        "<nvpair value=\"********\" id=\"i\" name=\"passwd\"/>")]
    [InlineData("{\"name\":\"passwd\",\"value\":\"v\"}", "{\"name\":\"passwd\",\"value\":\"********\"}")]
    [InlineData("password=secret-file:/etc/x passwd_script=/bin/y",
        "password=secret-file:/etc/x passwd_script=/bin/y")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nnext",
        "********\nnext")]
    [InlineData("abc\n-----END PRIVATE KEY-----\nnext", "******** PRIVATE KEY-----\nnext")]
    [InlineData("[TOTEM ] Token has not been received in 75 ms",
        "[TOTEM ] Token has not been received in 75 ms")]
    public void Secrets_are_masked_and_nothing_else(string text, string shown) =>
        Assert.Equal(shown, s_redaction.Text(text));

    [Fact]
    public void Corosync_s_token_is_a_time_and_its_key_a_secret() => Assert.Equal(
        "totem {\n  token: 3000\n  token_coefficient: 650\n  key: ********\n}",
        new Redaction([]).Text("totem {\n  token: 3000\n  token_coefficient: 650\n  key: abc=\n}", "token"));

    [Fact]
    public void A_json_document_stays_one()
    {
        byte[] document = Encoding.UTF8.GetBytes(
            """
            {"tokenMs":1000,"n":[1.50,true,null,{}],"password":"p","why":"1000 and hunter2",
             "passwd":"secret-file:/x"}
            """);
        using JsonDocument shown = JsonDocument.Parse(s_redaction.Json(document));
        Assert.Equal(1000, shown.RootElement.GetProperty("tokenMs").GetInt32());
        Assert.Equal("[1.50,true,null,{}]", Compact(shown.RootElement.GetProperty("n")));
        Assert.Equal("********", shown.RootElement.GetProperty("password").GetString());
        Assert.Equal("******** and ********", shown.RootElement.GetProperty("why").GetString());
        Assert.Equal("secret-file:/x", shown.RootElement.GetProperty("passwd").GetString());
    }

    [Fact]
    public void A_long_text_without_a_blank_takes_no_longer_than_any_other()
    {
        string text = new string('a', 2_000_000) + new string('<', 100_000) + new string('-', 100_000);
        Assert.Equal(text, new Redaction(["hunter2"]).Text(text));
    }

    private static string Compact(JsonElement element) =>
        string.Concat(element.GetRawText().Where(c => !char.IsWhiteSpace(c)));
}
