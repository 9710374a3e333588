import { ArrayNotEmpty, IsArray, IsBoolean, IsHexColor, IsIn, IsInt, IsObject, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import type { GrantDocument, PlatformDocument, Role } from '../../documents.js';
import type { JsonObject } from '../../json.js';
import { IsFilled, IsName, IsObjectOfStrings, IsTime } from './checks.js';

/** The documents of configuration as REST and `edge apply` take them. `name` may be left out where the path names it. */
export class PlatformBody {
  @IsOptional() @IsObjectOfStrings() artifact_servers?: Record<string, string>;
  @IsOptional() @IsObject() load_balancers?: PlatformDocument['load_balancers'];
  @IsOptional() @IsObject() zones?: Record<string, string[]>;
  @IsOptional() @IsObject() canary?: JsonObject;
  @IsOptional() @IsBoolean() allow_self_approval?: boolean;
  @IsOptional() @IsObject() config?: JsonObject;
}

export class SpaceBody {
  @IsOptional() @IsName() name?: string;
  @IsOptional() @IsString() @MaxLength(200) title?: string;
  @IsOptional() @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) admins?: string[];
  @IsOptional() @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) operators?: string[];
  @IsOptional() @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) deployers?: string[];
  @IsOptional() @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) viewers?: string[];
  @IsOptional() @IsHexColor() color?: string;
}

export class EnvironmentBody {
  @IsOptional() @IsName() name?: string;
  @IsOptional() @IsString() @MaxLength(200) title?: string;
  @IsName() script: string;
  @IsOptional() @IsBoolean() protected?: boolean;
  @IsOptional() @IsBoolean() require_reason?: boolean;
  @IsOptional() @IsString() @IsFilled() load_balancer?: string;
  @IsOptional() @IsBoolean() allow_empty_pool?: boolean;
  @IsOptional() @IsObject() config?: JsonObject;
}

export class ProjectBody {
  @IsOptional() @IsName() space?: string;
  @IsOptional() @IsName() name?: string;
  @IsOptional() @IsString() @MaxLength(200) title?: string;
  @IsName() environment: string;
  @IsOptional() @IsObject() config?: JsonObject;
}

/** Merged into the project; a key of `config` that is null is removed. */
export class ProjectPatchBody {
  @IsOptional() @IsString() @MaxLength(200) title?: string;
  @IsOptional() @IsName() environment?: string;
  @IsOptional() @IsObject() config?: JsonObject;
}

const hostName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/;

export class HostBody {
  @IsOptional() @Matches(hostName, { message: '$property is no host name' }) name?: string;
  @IsOptional() @Matches(/^[A-Za-z0-9_.:%[\]-]{1,253}$/, { message: '$property is no address' }) address?: string;
  @IsOptional() @IsInt() @Min(1) @Max(65_535) port?: number;
  @IsOptional() @Matches(/^[A-Za-z0-9_][A-Za-z0-9._@$-]{0,63}$/, { message: '$property is no user name' }) user?: string;
  @IsOptional() @IsString() @IsFilled() @MaxLength(63) zone?: string;
  @IsOptional() @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) pools?: string[];
  @IsArray() @ArrayNotEmpty({ message: '$property is empty: a host is used only from its spaces' }) @IsName({ each: true }) spaces: string[];
  @IsOptional() @IsObject() vars?: JsonObject;
  @IsOptional() @IsArray() @Matches(/^(ssh-|ecdsa-|sk-)[a-z0-9@.-]+ [A-Za-z0-9+/=]+( .*)?$/, { each: true, message: 'each value in $property must be an OpenSSH public key line' }) keys?: string[];
}

export class GroupBody {
  @IsOptional() @IsString() @IsFilled() @MaxLength(255) name?: string;
  @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) members: string[];
}

export class GrantBody implements GrantDocument {
  @IsOptional() @IsString() id?: string;
  @Matches(/^(user|group|token):\S.*$/, { message: '$property must be "user:<id>", "group:<name>" or "token:<id>"' }) who: string;
  @IsIn(['viewer', 'operator', 'deployer', 'admin', 'superuser', 'auditor']) role: Role;
  @IsOptional() @IsName() space?: string;
  @IsOptional() @IsName() project?: string;
  @IsOptional() @IsArray() @IsString({ each: true }) types?: string[];
  @IsOptional() @IsArray() @IsString({ each: true }) keys?: string[];
}

export class FreezeBody {
  @IsOptional() @IsName() name?: string;
  @IsOptional() @IsArray() @IsName({ each: true }) spaces?: string[];
  @IsOptional() @IsArray() @IsName({ each: true }) environments?: string[];
  @IsTime() from: string;
  @IsTime() to: string;
  /** Action types that go on. */
  @IsOptional() @IsArray() @IsString({ each: true }) except?: string[];
  @IsOptional() @IsString() @MaxLength(2_000) reason?: string;
}

/** `{{…}}` and `{}` are plain text; what else stands in braces is a parameter. */
const template = /^(?:[^{}]|\{\{[^{}]*\}\}|\{\}|\{\w+:(?:name|number|version|text|path:\/[^{}\s]*|one-of:[^{}\s]+)\})+$/;
const notATemplate = { each: true, message: '$property has a parameter that is none of {x:name}, {x:number}, {x:version}, {x:text}, {x:path:/folder}, {x:one-of:a|b}' };

export class PolicyBody {
  @IsOptional() @IsName() name?: string;
  @IsOptional() @IsArray() @IsName({ each: true }) environments?: string[];
  @IsOptional() @IsArray() @IsName({ each: true }) spaces?: string[];
  @IsOptional() @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) @Matches(template, notATemplate) allow_only?: string[];
  @IsOptional() @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) @Matches(template, notATemplate) approve?: string[];
  @IsOptional() @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) @Matches(template, notATemplate) deny?: string[];
}

export class TriggerBody {
  @IsOptional() @IsName() space?: string;
  @IsOptional() @IsName() name?: string;
  @IsObjectOfStrings() match: Record<string, string>;
  @IsObject() start: { project: string; type: string; version?: string; config?: JsonObject };
}
