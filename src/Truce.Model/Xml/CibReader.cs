using System.Xml;

namespace Truce.Model.Xml;

/// <summary>
/// Reads a CIB: one pass over the XML, then the references are checked and what older schemas wrote is
/// brought into today's form. Bad input gives findings, never an exception, and no part of it is taken.
/// </summary>
public static class CibReader
{
    /// <summary>
    /// Reads XML in any encoding that XML allows. <paramref name="file"/> names it in findings.
    /// </summary>
    public static CibReadResult Read(Stream stream, string file = "-", CibLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        CibLimits actual = limits ?? CibLimits.Default;
        return Read(file, actual, () => XmlReader.Create(stream, Settings(actual)), () => Beginning(stream));
    }

    /// <inheritdoc cref="Read(Stream, string, CibLimits?)"/>
    public static CibReadResult Read(TextReader text, string file = "-", CibLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        CibLimits actual = limits ?? CibLimits.Default;
        return Read(file, actual, () => XmlReader.Create(text, Settings(actual)), () => "");
    }

    /// <summary>Reads XML from memory.</summary>
    public static CibReadResult Parse(string xml, string file = "-", CibLimits? limits = null)
    {
        using StringReader reader = new(xml);
        CibLimits actual = limits ?? CibLimits.Default;
        return Read(file, actual, () => XmlReader.Create(reader, Settings(actual)), () => xml);
    }

    // The parser doesn't say where a DOCTYPE stands; where the beginning can be looked at again, we do.
    private static string Beginning(Stream stream)
    {
        if (!stream.CanSeek)
            return "";
        stream.Position = 0;
        byte[] bytes = new byte[64 * 1024];
        return System.Text.Encoding.Latin1.GetString(bytes, 0,
            stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false));
    }

    // No resolver and no DTD: a document can't make the reader open a file
    // or a connection, or expand entities.
    private static XmlReaderSettings Settings(CibLimits limits) => new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = limits.MaxCharacters,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
        CloseInput = false,
    };

    private static CibReadResult Read(string file, CibLimits limits, Func<XmlReader> open,
        Func<string> beginning)
    {
        FindingLog log = new(file, limits.MaxFindings);
        Cib? cib = null;
        try
        {
            using XmlReader reader = open();
            cib = ReadDocument(new XmlCursor(reader, limits, log));
        }
        catch (ReadingStopped)
        {
            // Its finding is logged.
        }
        catch (XmlException e)
        {
            XmlFailure.Report(e, beginning, limits, log);
        }

        return cib is not null && !log.HasErrors
            ? new CibReadResult.Accepted(cib, log.ToArray())
            : new CibReadResult.Refused(log.ToArray());
    }

    private static Cib? ReadDocument(XmlCursor cursor)
    {
        ReferenceLedger ledger = new(cursor.Log);
        cursor.MoveToRoot();
        if (cursor.Name is not ("cib" or "configuration"))
        {
            cursor.Log.Error(FindingIds.UnknownElement, cursor.Place, "the root element is neither cib nor configuration",
                "supply a CIB (cibadmin --query prints it), or its configuration section");
            return null;
        }

        DocumentReader document = new(cursor, ledger);
        Cib cib = cursor.Name == "cib" ? document.Read() : document.ReadBareConfiguration();
        cursor.FinishDocument();
        ledger.Check();
        return cursor.Log.HasErrors ? null : Upgrade.ToCurrent(cib, cursor.Log);
    }
}
