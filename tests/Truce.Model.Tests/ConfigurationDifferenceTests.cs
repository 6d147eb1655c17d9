using System.Xml.Linq;

namespace Truce.Model.Tests;

/// <summary>What differs between two configurations, in words.</summary>
public sealed class ConfigurationDifferenceTests
{
    private const string Two =
        "<resources><primitive id='a' type='x'/><primitive id='b' type='x'/></resources>";

    public static TheoryData<string, string, string> Pairs => new()
    {
        { Two, Two, "" },
        { Two, Two.Replace("id='a' type='x'/>", "type='x' id='a'/> <!-- -->", StringComparison.Ordinal), "" },
        { Two, Two.Replace("id='b' type='x'", "id='b' type='y'", StringComparison.Ordinal),
            "primitive b is changed" },
        { Two, "<resources><primitive id='a' type='x'/></resources>", "primitive b is removed" },
        {
            "<resources><primitive id='a' type='x'/></resources>",
            "<resources><primitive id='a' type='x'><operations><op/></operations></primitive></resources>",
            "operations is created"
        },
        {
            Two, "<resources><primitive id='b' type='x'/><primitive id='a' type='x'/></resources>",
            "the contents of resources are reordered"
        },
        // A section that holds nothing is as good as none.
        {
            "<configuration><tags/></configuration>", "<configuration><constraints/></configuration>", ""
        },
        // Another kind under the same id is another element.
        {
            "<resources><primitive id='a'/></resources>", "<resources><group id='a'/></resources>",
            "group a is created; primitive a is removed"
        },
        // Without an id, the place among their like tells.
        {
            "<list><value>1</value><value k='1'/></list>",
                "<list><value>1</value><value k='2'/><value/></list>",
            "value is changed; value is created"
        },
        {
            Two, "<resources a='1'><primitive id='c'/><primitive id='a' type='z'/></resources>",
            "resources is changed; primitive c is created; primitive a is changed; primitive b is removed"
        },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Every_difference_is_named_once(string before, string after, string changes) => Assert.Equal(
        changes,
        string.Join("; ", ConfigurationDifference.Between(XElement.Parse(before), XElement.Parse(after))));
}
