import { ArrayNotEmpty, IsArray, IsBoolean, IsHexColor, IsIn, IsInt, IsObject, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import type { GrantDocument, PlatformDocument, Role } from '../../documents.js';
import type { JsonObject } from '../../json.js';
import { IsFilled, IsIfSent, IsName, IsObjectOfStrings, IsTime } from './checks.js';

/** The documents of configuration as REST and `edge apply` take them. `name` may be left out where the path names it. */
export class PlatformBody {
  @IsIfSent() @IsObjectOfStrings() artifact_servers?: Record<string, string>;
  @IsIfSent() @IsObject() load_balancers?: PlatformDocument['load_balancers'];
  @IsIfSent() @IsObject() zones?: Record<string, string[]>;
  @IsIfSent() @IsObject() canary?: JsonObject;
  @IsIfSent() @IsBoolean() allow_self_approval?: boolean;
  @IsIfSent() @IsObject() config?: JsonObject;
}

export class SpaceBody {
  @IsIfSent() @IsName() name?: string;
  @IsIfSent() @IsString() @MaxLength(200) title?: string;
  @IsIfSent() @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) admins?: string[];
  @IsIfSent() @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) operators?: string[];
  @IsIfSent() @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) deployers?: string[];
  @IsIfSent() @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) viewers?: string[];
  @IsIfSent() @IsHexColor() color?: string;
}

export class EnvironmentBody {
  @IsIfSent() @IsName() name?: string;
  @IsIfSent() @IsString() @MaxLength(200) title?: string;
  @IsName() script: string;
  @IsIfSent() @IsBoolean() protected?: boolean;
  @IsIfSent() @IsBoolean() require_reason?: boolean;
  @IsIfSent() @IsString() @IsFilled() load_balancer?: string;
  @IsIfSent() @IsBoolean() allow_empty_pool?: boolean;
  @IsIfSent() @IsObject() config?: JsonObject;
}

export class ProjectBody {
  @IsIfSent() @IsName() space?: string;
  @IsIfSent() @IsName() name?: string;
  @IsIfSent() @IsString() @MaxLength(200) title?: string;
  @IsName() environment: string;
  @IsIfSent() @IsObject() config?: JsonObject;
}

/** Merged into the project; a key of `config` that is null is removed. */
export class ProjectPatchBody {
  @IsIfSent() @IsString() @MaxLength(200) title?: string;
  @IsIfSent() @IsName() environment?: string;
  @IsIfSent() @IsObject() config?: JsonObject;
}

const hostName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/;

export class HostBody {
  @IsIfSent() @Matches(hostName, { message: '$property is no host name' }) name?: string;
  @IsIfSent() @Matches(/^[A-Za-z0-9_.:%[\]-]{1,253}$/, { message: '$property is no address' }) address?: string;
  @IsIfSent() @IsInt() @Min(1) @Max(65_535) port?: number;
  @IsIfSent() @Matches(/^[A-Za-z0-9_][A-Za-z0-9._@$-]{0,63}$/, { message: '$property is no user name' }) user?: string;
  @IsIfSent() @IsString() @IsFilled() @MaxLength(63) zone?: string;
  @IsIfSent() @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) pools?: string[];
  @IsArray() @ArrayNotEmpty({ message: '$property is empty: a host is used only from its spaces' }) @IsName({ each: true }) spaces: string[];
  @IsIfSent() @IsObject() vars?: JsonObject;
  @IsIfSent() @IsArray() @Matches(/^(ssh-|ecdsa-|sk-)[a-z0-9@.-]+ [A-Za-z0-9+/=]+( .*)?$/, { each: true, message: 'each value in $property must be an OpenSSH public key line' }) keys?: string[];
}

export class GroupBody {
  @IsIfSent() @IsString() @IsFilled() @MaxLength(255) name?: string;
  @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) members: string[];
}

export class GrantBody implements GrantDocument {
  @IsIfSent() @IsString() id?: string;
  @Matches(/^(user|group|token):\S.*$/, { message: '$property must be "user:<id>", "group:<name>" or "token:<id>"' }) who: string;
  @IsIn(['viewer', 'operator', 'deployer', 'admin', 'superuser', 'auditor']) role: Role;
  @IsIfSent() @IsName() space?: string;
  @IsIfSent() @IsName() project?: string;
  @IsIfSent() @IsArray() @IsString({ each: true }) types?: string[];
  @IsIfSent() @IsArray() @IsString({ each: true }) keys?: string[];
}

export class FreezeBody {
  @IsIfSent() @IsName() name?: string;
  @IsIfSent() @IsArray() @IsName({ each: true }) spaces?: string[];
  @IsIfSent() @IsArray() @IsName({ each: true }) environments?: string[];
  @IsTime() from: string;
  @IsTime() to: string;
  /** Action types that go on. */
  @IsIfSent() @IsArray() @IsString({ each: true }) except?: string[];
  @IsIfSent() @IsString() @MaxLength(2_000) reason?: string;
}

/** `{{…}}` and `{}` are plain text; what else stands in braces is a parameter. */
const template = /^(?:[^{}]|\{\{[^{}]*\}\}|\{\}|\{\w+:(?:name|number|version|text|path:\/[^{}\s]*|one-of:[^{}\s]+)\})+$/;
const notATemplate = { each: true, message: '$property has a parameter that is none of {x:name}, {x:number}, {x:version}, {x:text}, {x:path:/folder}, {x:one-of:a|b}' };

export class PolicyBody {
  @IsIfSent() @IsName() name?: string;
  @IsIfSent() @IsArray() @IsName({ each: true }) environments?: string[];
  @IsIfSent() @IsArray() @IsName({ each: true }) spaces?: string[];
  @IsIfSent() @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) @Matches(template, notATemplate) allow_only?: string[];
  @IsIfSent() @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) @Matches(template, notATemplate) approve?: string[];
  @IsIfSent() @IsArray() @IsString({ each: true }) @IsFilled({ each: true }) @Matches(template, notATemplate) deny?: string[];
}

export class TriggerBody {
  @IsIfSent() @IsName() space?: string;
  @IsIfSent() @IsName() name?: string;
  @IsObjectOfStrings() match: Record<string, string>;
  @IsObject() start: { project: string; type: string; version?: string; config?: JsonObject };
}
