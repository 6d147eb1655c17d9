using System.Text;
using Truce.Model.Xml;

namespace Truce.Model.Tests;

public sealed class XmlTextTests
{
    public static TheoryData<string, byte[]> Encodings { get; } = new()
    {
        { "UTF-8", Encoding.UTF8.GetBytes("<a p=\"café\"/>") },
        { "UTF-8 with a mark", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("<a p=\"café\"/>")] },
        { "declared Latin-1", Encoding.Latin1.GetBytes("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a p=\"café\"/>") },
        { "declared in single quotes", Encoding.Latin1.GetBytes("<?xml version='1.0' encoding='iso-8859-1' ?><a p=\"café\"/>") },
        { "UTF-16 with a mark", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("<a p=\"café\"/>")] },
        { "UTF-16, big end first", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("<a p=\"café\"/>")] },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_password_with_an_accent_stays_one(string encoding, byte[] bytes)
    {
        Assert.NotEmpty(encoding);
        string text = Assert.IsType<XmlText.Decoded>(XmlText.Decode(bytes)).Text;
        Assert.EndsWith("<a p=\"café\"/>", text, StringComparison.Ordinal);
    }

    public static TheoryData<byte[], int, int> Invalid { get; } = new()
    {
        { [.. "<a>\n caf"u8, 0xE9, .. "</a>"u8], 2, 5 },
        { [.. "<a>"u8, 0xC0, 0x80], 1, 4 },
        { [.. "<a>"u8, 0xED, 0xA0, 0x80], 1, 4 },
        { [.. "<?xml version=\"1.0\" encoding=\"klingon\"?><a/>"u8], 1, 1 },
        { [.. "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>"u8], 1, 1 },
        { [.. "<?xml version=\"1.0\" encoding=\"us-ascii\"?><a b=\""u8, 0xE9, .. "\"/>"u8], 1, 48 },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Bytes_that_are_not_what_is_declared_are_refused_with_their_place(byte[] bytes, int line, int column)
    {
        XmlText.Undecodable bad = Assert.IsType<XmlText.Undecodable>(XmlText.Decode(bytes));
        Assert.Equal((line, column), (bad.Line, bad.Column));
    }
}
