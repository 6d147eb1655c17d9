namespace Truce.Model.Xml;

/// <summary>Writes the section <c>resources</c>.</summary>
internal sealed class ResourceWriter(XmlOutput output, AttributeSetWriter sets, Words<Role> roles)
{
    public void Write(Configuration configuration)
    {
        output.Open("resources");
        foreach (ResourceTemplate template in configuration.Templates)
            Write(template);
        foreach (Resource resource in configuration.Resources)
            Write(resource);
        output.Close();
    }

    private void Write(ResourceTemplate template)
    {
        output.Open("template").Attribute("id", template.Id);
        Write(template.Agent);
        output.Attribute("description", template.Description);
        sets.Write("meta_attributes", template.MetaAttributes);
        sets.Write("instance_attributes", template.InstanceAttributes);
        sets.Write("utilization", template.Utilization);
        Write(template.Operations);
        output.Close();
    }

    private void Write(Resource resource)
    {
        switch (resource)
        {
            case Resource.Primitive primitive:
                Write(primitive);
                break;
            case Resource.Group group:
                Begin("group", group);
                foreach (Resource.Primitive member in group.Members)
                    Write(member);
                output.Close();
                break;
            case Resource.Cloned clone:
                Begin(clone.Form == CloneForm.Master ? "master" : "clone", clone);
                Write(clone.Child);
                output.Close();
                break;
            case Resource.Bundle bundle:
                Write(bundle);
                break;
        }
    }

    private void Begin(string element, Resource resource)
    {
        output.Open(element).Attribute("id", resource.Id.Value).Attribute("description",
            resource.Description);
        WriteSets(resource);
    }

    private void WriteSets(Resource resource)
    {
        sets.Write("meta_attributes", resource.MetaAttributes);
        sets.Write("instance_attributes", resource.InstanceAttributes);
    }

    private void Write(Resource.Primitive primitive)
    {
        output.Open("primitive").Attribute("id", primitive.Id.Value);
        Write(primitive.Agent);
        output.Attribute("template", primitive.Template).Attribute("description", primitive.Description);
        WriteSets(primitive);
        sets.Write("utilization", primitive.Utilization);
        Write(primitive.Operations);
        output.Close();
    }

    private void Write(AgentName? agent)
    {
        if (agent is not null)
            output.Attribute("class", agent.Class).Attribute("provider", agent.Provider).Attribute("type",
                agent.Type);
    }

    private void Write(OperationList? list)
    {
        if (list is null)
            return;
        output.Open("operations").Attribute("id", list.Id).Attribute("id-ref", list.IdRef);
        foreach (Operation operation in list.Operations)
            Write(operation);
        output.Close();
    }

    private void Write(Operation operation)
    {
        output.Open("op").Attribute("id", operation.Id).Attribute("name", operation.Name)
            .Attribute("interval", operation.Interval)
            .Attribute("description", operation.Description).Attribute("timeout", operation.Timeout)
            .Attribute("start-delay", operation.StartDelay).Attribute("interval-origin",
                operation.IntervalOrigin)
            .Attribute("enabled", operation.Enabled).Attribute("record-pending", operation.RecordPending)
            .Attribute("role", roles, operation.Role).Attribute("on-fail", Vocabulary.OnFail,
                operation.OnFail);
        sets.Write("meta_attributes", operation.MetaAttributes);
        sets.Write("instance_attributes", operation.InstanceAttributes);
        output.Close();
    }

    private void Write(Resource.Bundle bundle)
    {
        Begin("bundle", bundle);
        BundleContainer container = bundle.Container;
        output.Open(Vocabulary.Container.Text(container.Kind)).Attribute("image", container.Image)
            .Attribute("replicas", container.Replicas).Attribute("replicas-per-host",
                container.ReplicasPerHost)
            .Attribute("promoted-max", container.PromotedMax).Attribute("run-command", container.RunCommand)
            .Attribute("network", container.Network).Attribute("options", container.Options).Close();
        Write(bundle.Network);
        Write(bundle.Storage);
        if (bundle.Content is { } content)
            Write(content);
        output.Close();
    }

    private void Write(BundleNetwork? network)
    {
        if (network is null)
            return;
        output.Open("network").Attribute("ip-range-start", network.IpRangeStart).Attribute("control-port",
            network.ControlPort)
            .Attribute("host-interface", network.HostInterface).Attribute("host-netmask", network.HostNetmask)
            .Attribute("add-host", network.AddHost);
        foreach (PortMapping mapping in network.PortMappings)
        {
            output.Open("port-mapping").Attribute("id", mapping.Id).Attribute("port", mapping.Port)
                .Attribute("internal-port", mapping.InternalPort).Attribute("range", mapping.Range).Close();
        }

        output.Close();
    }

    private void Write(EquatableArray<StorageMapping>? storage)
    {
        if (storage is not { } mappings)
            return;
        output.Open("storage");
        foreach (StorageMapping mapping in mappings)
        {
            output.Open("storage-mapping").Attribute("id", mapping.Id).Attribute("source-dir",
                mapping.SourceDir)
                .Attribute("source-dir-root", mapping.SourceDirRoot).Attribute("target-dir",
                    mapping.TargetDir)
                .Attribute("options", mapping.Options).Close();
        }

        output.Close();
    }
}
